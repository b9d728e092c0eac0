import type { Scene } from "./scene.ts";
import { etudeSeen } from "./scenes/etude-seen.ts";
import { gardenOfLife } from "./scenes/garden-of-life.ts";
import { howAVideoFindsYou } from "./scenes/how-a-video-finds-you.ts";
import { inkInWater } from "./scenes/ink-in-water.ts";
import { lavaLamp } from "./scenes/lava-lamp.ts";
import { loomOfRules } from "./scenes/loom-of-rules.ts";
import { mandelbrot } from "./scenes/mandelbrot-slowly.ts";
import { northernLights } from "./scenes/northern-lights.ts";
import { paperMountains } from "./scenes/paper-mountains.ts";
import { testCard } from "./scenes/test-card.ts";

/** All demo videos. */
export const scenes: readonly Scene[] = [
  paperMountains,
  mandelbrot,
  northernLights,
  inkInWater,
  etudeSeen,
  loomOfRules,
  gardenOfLife,
  howAVideoFindsYou,
  lavaLamp,
  testCard,
];
