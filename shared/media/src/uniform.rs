//! Does a frame show nothing, so that a thumbnail had better be of another?

use crate::Frame;
use crate::plane::Plane;

/// Cells that a plane is looked at in.
const COLUMNS: usize = 16;
const ROWS: usize = 12;

/// Samples looked at in a cell. Their mean moves by less than 1 under noise of ±10.
const SAMPLES: usize = 48;

/// How far the mean of a cell may lie from the others', in steps of 8 bits. Coding alone makes black uneven by 1 or 2.
const SAME: u8 = 4;

/// How far samples may lie from their cell's mean, on average: more than film grain, less than letters or a texture.
const FLAT: u32 = 8;

/// Is this a frame of black, of white, or of one colour?
///
/// Noise makes no difference, nor do bars above and below or at the sides, a frame around it all of 1/32 of the
/// picture, or a logo that touches up to 4 of 192 cells (about 10 % of width by 8 % of height). Text across the picture
/// does, and so do a gradient and dim light. Looks at some thousand samples, whatever the size. A frame whose planes
/// can't be read isn't uniform: [`render`](crate::render) says what is wrong with it.
pub fn is_nearly_uniform(frame: &Frame) -> bool {
    let Ok(planes) = frame.planes() else { return false };
    [planes.y, planes.u, planes.v].iter().all(|plane| {
        let by_rows = cells(plane);
        let by_columns = (0..COLUMNS).flat_map(|x| by_rows.iter().skip(x).step_by(COLUMNS).copied());
        let by_columns = by_columns.collect::<Vec<_>>();
        is_one(&by_rows) || is_one(without_bars(&by_rows, COLUMNS)) || is_one(without_bars(&by_columns, ROWS))
    })
}

#[derive(Clone, Copy)]
struct Cell {
    mean: u8,
    flat: bool,
}

impl Cell {
    fn like(self, mean: u8) -> bool {
        self.flat && self.mean.abs_diff(mean) <= SAME
    }
}

/// The cells, row by row.
fn cells(plane: &Plane<'_>) -> Vec<Cell> {
    // Places that fill the plane evenly and never fall into step with a pattern: the multiples of the plastic number's
    // powers (Roberts 2018), as fractions of 2^32.
    let mut place = (0_u32, 0_u32);
    let mut cells = Vec::with_capacity(COLUMNS * ROWS);
    for row in 0..ROWS {
        for column in 0..COLUMNS {
            let mut samples = [0; SAMPLES];
            for sample in &mut samples {
                place = (place.0.wrapping_add(0xC13F_A9A9), place.1.wrapping_add(0x91E1_0DA5));
                let x = within(plane.width, (column, COLUMNS), place.0);
                let y = within(plane.height, (row, ROWS), place.1);
                *sample = plane.sample(x, y).unwrap_or(0);
            }
            cells.push(cell(&samples));
        }
    }
    cells
}

/// Where the fraction of a cell lies, with 1/32 of the side left out at either end.
fn within(side: usize, (cell, of): (usize, usize), fraction: u32) -> usize {
    let side = side as u64;
    let inner = (((cell as u64) << 32) | u64::from(fraction)) / of as u64;
    (((side * (1 << 32) + side * 30 * inner) / 32) >> 32) as usize
}

fn cell(samples: &[u8; SAMPLES]) -> Cell {
    let mean = (samples.iter().map(|&sample| usize::from(sample)).sum::<usize>() / SAMPLES) as u8;
    let deviation: u32 = samples.iter().map(|&sample| u32::from(sample.abs_diff(mean))).sum();
    Cell { mean, flat: deviation <= FLAT * SAMPLES as u32 }
}

/// Are they alike, but for one in 40?
fn is_one(cells: &[Cell]) -> bool {
    let mut means: Vec<u8> = cells.iter().map(|cell| cell.mean).collect();
    means.sort_unstable();
    let Some(&median) = means.get(means.len() / 2) else { return false };
    cells.iter().filter(|cell| !cell.like(median)).count() <= cells.len() / 40
}

/// What lies between bars, when that is a third of the picture or more; nothing otherwise. A bar is made of rows that
/// look like the first cell of all; the row after it may be cut by the bar's edge and is left out.
fn without_bars(cells: &[Cell], columns: usize) -> &[Cell] {
    let Some(corner) = cells.first() else { return &[] };
    let is_bar = |row: &&[Cell]| row.iter().all(|cell| cell.like(corner.mean));
    let rows = cells.len() / columns;
    let cut = |bar: usize| if bar == 0 { 0 } else { bar + 1 };
    let first = cut(cells.chunks_exact(columns).take_while(is_bar).count());
    let last = rows.saturating_sub(cut(cells.chunks_exact(columns).rev().take_while(is_bar).count()));
    if last < first + rows / 3 { &[] } else { cells.get(first * columns..last * columns).unwrap_or_default() }
}
