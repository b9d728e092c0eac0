import type { Fixture } from "../fixture.ts";
import { coding } from "./coding.ts";
import { container } from "./container.ts";
import { description } from "./description.ts";
import { realSize } from "./real-size.ts";
import { refusals } from "./refusals.ts";

/** All fixtures, in the order in which `expected.json` lists them. */
export const fixtures: readonly Fixture[] = [...coding, ...container, ...description, realSize, ...refusals];
