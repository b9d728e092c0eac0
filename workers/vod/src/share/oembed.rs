//! `oembed`: how another site embeds one of our addresses (<https://oembed.com>).

use at_run::{Context, Error, Response, Result};
use serde::Deserialize;
use streamhut_pages::{Bounds, Named, creator_oembed, named, oembed as answer, pixels};

use super::{
    document::{document, site},
    shown::{creator, shown},
};

#[derive(Deserialize)]
pub(crate) struct OEmbed {
    url: String,
    format: Option<String>,
    maxwidth: Option<String>,
    maxheight: Option<String>,
}

pub(crate) async fn oembed(ctx: Context, input: OEmbed) -> Result<Response> {
    if let Some(format) = input.format.as_deref().filter(|format| !matches!(*format, "" | "json")) {
        let text = format!("`format`: {:.64} is not offered, json is", format);
        return Err(Error::new(501, "FormatNotOffered", text));
    }
    let bounds = Bounds {
        width: side("maxwidth", input.maxwidth.as_deref())?,
        height: side("maxheight", input.maxheight.as_deref())?,
    };
    let site = site(&ctx)?;
    let named = named(&site, &input.url);
    let named =
        named.ok_or_else(|| Error::not_found("NotOurs", "`url`: no video or creator of this site"))?;
    let key = format!("oembed {} {named:?} {bounds:?}", site.bundle());
    let make = async || {
        let answer = match &named {
            Named::Video(uri) => answer(&site, &shown(&ctx, uri).await?, bounds),
            Named::Creator(did) => creator_oembed(&site, &creator(&ctx, did).await?),
        };
        serde_json::to_string(&answer).map_err(|error| Error::internal(error.to_string()))
    };
    document(&ctx, &key, "application/json", make).await.map_err(|error| match error.status {
        // The answer of the specification for what may not be seen (section 2.3.4.4).
        403 | 410 => Error::not_found(error.name, error.message),
        _ => error,
    })
}

fn side(name: &str, text: Option<&str>) -> Result<Option<u32>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let error = || Error::invalid("InvalidInput", format!("`{name}`: {:.64} is no number of pixels", text));
    pixels(text).map(Some).ok_or_else(error)
}
