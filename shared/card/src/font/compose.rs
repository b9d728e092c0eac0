//! Letters that are a base with marks, taken apart.

use super::mark::Mark;

/// For each mark, letters that carry it, each followed by the letter without it. What is left may carry a mark
/// itself, as ấ = â + acute.
const MARKED: &[(Mark, &str)] = &[
    (Mark::Grave, "ÀAÈEÌIÒOÙUàaèeìıòoùuẦÂầâỀÊềêỒÔồôẰĂằăỜƠờơỪƯừưỲYỳyǸNǹnẀWẁwЀЕѐеЍИѝи"),
    (
        Mark::Acute,
        "ÁAÉEÍIÓOÚUÝYáaéeíıóoúuýyĆCćcĹLĺlŃNńnŔRŕrŚSśsŹZźzẤÂấâẾÊếêỐÔốôẮĂắăỚƠớơỨƯứưǼÆǽæǾØǿøẂWẃwЃГѓгЌКќк",
    ),
    (Mark::Acute, "άαέεήηίιόούυώωΐϊΰϋ"),
    (Mark::Circumflex, "ÂAÊEÎIÔOÛUâaêeîıôoûuĈCĉcĜGĝgĤHĥhĴJĵȷŜSŝsŴWŵwŶYŷyẐZẑz"),
    (Mark::Tilde, "ÃAÑNÕOãañnõoĨIĩıŨUũuẼEẽeỸYỹyẪÂẫâỄÊễêỖÔỗôẴĂẵăỠƠỡơỮƯữư"),
    (Mark::Macron, "ĀAāaĒEēeĪIīıŌOōoŪUūuȲYȳyӢИӣиӮУӯу"),
    (Mark::Breve, "ĂAăaĔEĕeĞGğgĬIĭıŎOŏoŬUŭuЙИйиЎУўуӐАӑаӖЕӗеӁЖӂж"),
    (Mark::DotAbove, "ĊCċcĖEėeĠGġgİIŻZżzẊXẋxẎYẏyȦAȧaȮOȯo"),
    (Mark::Diaeresis, "ÄAËEÏIÖOÜUäaëeïıöoüuÿyŸYẄWẅwЁЕёеЇІїıӒАӓаӦОӧоӰУӱуӜЖӝжӞЗӟзӤИӥиӴЧӵчϊιϋυΪΙΫΥ"),
    (Mark::HookAbove, "ẢAảaẺEẻeỈIỉıỎOỏoỦUủuỶYỷyẨÂẩâỂÊểêỔÔổôẲĂẳăỞƠởơỬƯửư"),
    (Mark::Ring, "ÅAåaŮUůu\u{212b}A"),
    (Mark::DoubleAcute, "ŐOőoŰUűuӲУӳу"),
    (Mark::Caron, "ČCčcĎDĚEěeŇNňnŘRřrŠSšsŤTŽZžzǍAǎaǏIǐıǑOǒoǓUǔuǦGǧgǨKǩkǰȷǙÜǚü"),
    (Mark::Apostrophe, "ďdĽLľlťt"),
    (Mark::Tonos, "ΆΑΈΕΉΗΊΙΌΟΎΥΏΩ"),
    (Mark::CommaAbove, "ģg"),
    (Mark::Horn, "ƠOơoƯUưu"),
    (Mark::DotBelow, "ẠAạaẸEẹeỊIịiỌOọoỤUụuỴYỵyẬÂậâỆÊệêỘÔộôẶĂặăỢƠợơỰƯựưḌDḍdḤHḥhḶLḷlṂMṃmṆNṇnṚRṛrṢSṣsṬTṭtẒZẓz"),
    (Mark::CommaBelow, "ĢGĶKķkĻLļlŅNņnŖRŗrȘSșsȚTțt"),
    (Mark::Cedilla, "ÇCçcŞSşsŢTţtȨEȩeҪСҫс"),
    (Mark::Ogonek, "ĄAąaĘEęeĮIįiŲUųuǪOǫo"),
];

/// The letter without its outermost mark, and that mark.
pub(crate) fn apart(ch: char) -> Option<(char, Mark)> {
    if ch.is_ascii() {
        return None;
    }
    MARKED.iter().find_map(|(mark, pairs)| {
        let mut pairs = pairs.chars();
        while let (Some(marked), Some(base)) = (pairs.next(), pairs.next()) {
            if marked == ch {
                return Some((base, *mark));
            }
        }
        None
    })
}

/// Characters that are written as several others.
pub(crate) fn written_out(ch: char) -> Option<&'static str> {
    Some(match ch {
        '½' => "1/2",
        '¼' => "1/4",
        '¾' => "3/4",
        '⅓' => "1/3",
        '⅔' => "2/3",
        'Ĳ' => "IJ",
        'ĳ' => "ij",
        'Ŀ' => "L·",
        'ŀ' => "l·",
        'ŉ' => "’n",
        'Ǆ' => "DŽ",
        'ǅ' => "Dž",
        'ǆ' => "dž",
        'Ǉ' => "LJ",
        'ǈ' => "Lj",
        'ǉ' => "lj",
        'Ǌ' => "NJ",
        'ǋ' => "Nj",
        'ǌ' => "nj",
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        '‥' => "..",
        '―' | '⸺' => "—",
        '‒' | '‑' => "-",
        '⁄' | '∕' => "/",
        '‛' | '‵' => "‘",
        'ʻ' => "‘",
        'ʼ' | 'ʹ' => "’",
        '∙' | '⋅' | '・' | '‧' => "·",
        '●' | '⚫' | '◦' => "•",
        '。' => ".",
        '、' => ",",
        _ => return None,
    })
}
