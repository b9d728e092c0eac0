/** What a clip shows: a graph over ffmpeg's synthetic sources for a size in pixels and a rate. */
export type Source = (size: string, rate: number | string) => string;

const RGB = "format=gbrp";

/** ffmpeg's test picture: flat areas, edges, a counter that moves. */
export const card: Source = (size, rate) => `testsrc2=size=${size}:rate=${rate},${RGB}`;

/** Smooth colours that turn. */
export const soft: Source = (size, rate) =>
  `gradients=size=${size}:rate=${rate}:seed=5:speed=0.05:nb_colors=4:c0=0x2040ff:c1=0xff8020:c2=0x20c040:c3=0xf0f0c0:x0=0:y0=0:x1=90:y1=60,${RGB}`;

/** The edge of the Mandelbrot set: fine detail beside flat areas. */
export const fractal: Source = (size, rate) => `mandelbrot=size=${size}:rate=${rate}:maxiter=300:start_scale=2.4,${RGB}`;

/** Test picture and fractal over each other, with a little noise: every intra mode finds its place. */
export const busy: Source = (size, rate) =>
  `${card(size, rate)}[card];${fractal(size, rate)}[fractal];[card][fractal]blend=all_mode=average,noise=alls=10:all_seed=7:allf=t,${RGB}`;

/** Cells of the game of life: hard edges everywhere. */
export const life: Source = (size, rate) =>
  `life=size=${size}:rate=${rate}:random_seed=11:random_fill_ratio=0.3:mold=12:life_color=0xffe0a0:death_color=0x305080:mold_color=0x102030,${RGB}`;

/** Noise alone, which no prediction helps with. */
export const noise: Source = (size, rate) => `color=gray:size=${size}:rate=${rate},${RGB},noise=alls=100:all_seed=7:allf=t,${RGB}`;

/** Interlaced: each frame is two moments of {@link busy}, which slides to the left. Half the rate comes out. */
export const interlaced: Source = (size, rate) => `${busy(size, rate)},scroll=horizontal=0.006,tinterlace=mode=interleave_top`;

/** Noise on the left, the test picture on the right. */
export const halfNoise: Source = (size, rate) =>
  `${noise(size, rate)},crop=iw/2:ih:0:0[noise];${card(size, rate)},crop=iw/2:ih:iw/2:0[card];[noise][card]hstack`;

/** One second each, at two frames a second: black, white, the test picture. */
export const blackThenPicture: Source = (size, rate) =>
  `color=black:size=${size}:rate=${rate}:duration=1,${RGB}[black];color=white:size=${size}:rate=${rate}:duration=1,${RGB}[white];${card(size, rate)}[card];[black][white][card]concat=n=3`;

/** A picture of layers that move, with a grain: as heavy to code as a real one, as evenly so for 600 frames, and quickly drawn. */
export const layered: Source = (size, rate) => {
  const place = "start_x=-0.743643887037158704752191506114774:start_y=0.131825904205311970493132056385139";
  return [
    `mandelbrot=size=960x540:rate=${rate}:maxiter=400:${place}:start_scale=0.012:end_scale=0.009:end_pts=600,scale=${size}:flags=bicubic,${RGB}[fractal]`,
    `life=size=480x270:rate=${rate}:random_seed=11:random_fill_ratio=0.2:mold=20:life_color=0xffe0a0:death_color=0x305080:mold_color=0x101828,scale=${size}:flags=neighbor,${RGB}[life]`,
    `testsrc2=size=${size}:rate=${rate},${RGB}[card]`,
    "[fractal][life]blend=all_mode=screen:all_opacity=0.5[under]",
    `[under][card]blend=all_mode=average,noise=alls=9:all_seed=7:allf=t,${RGB}`,
  ].join(";");
};
