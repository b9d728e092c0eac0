//! `sitemap`: every video, from the catalogue that the job keeps.

use at_run::{Context, Error, Response, Result};
use serde::Deserialize;
use streamhut_pages::{Video, sitemap as of_videos, sitemap_index};

use super::{
    document::{document, site},
    shown::newest,
};
use crate::catalogue;

/// Parts of the catalogue, of a hundred videos each, in one sitemap.
const PARTS: u32 = 10;

#[derive(Deserialize)]
pub(crate) struct Sitemap {
    page: Option<u32>,
}

pub(crate) async fn sitemap(ctx: Context, input: Sitemap) -> Result<Response> {
    let site = site(&ctx)?;
    let key = format!("sitemap {} {:?}", site.bundle(), input.page);
    document(&ctx, &key, "application/xml; charset=utf-8", async || {
        let parts = catalogue::parts(&ctx).await?;
        let pages = parts.div_ceil(PARTS);
        let videos: Vec<Video> = match input.page {
            // Before the job has been through the list, what is newest.
            None | Some(1) if parts == 0 => newest(&ctx, None, 100).await?,
            None if pages > 1 => return Ok(sitemap_index(&site, pages)),
            Some(page) if page == 0 || page > pages => {
                return Err(Error::not_found("NoSuchPage", format!("`page`: {page} of {pages}")));
            }
            page => {
                let first = (page.unwrap_or(1) - 1) * PARTS;
                catalogue::videos(&ctx, first, PARTS).await?.into_iter().map(Video::from).collect()
            }
        };
        Ok(of_videos(&site, &videos))
    })
    .await
}
