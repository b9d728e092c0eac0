import { execFileSync } from "node:child_process";

/** The file of an installed font, by fontconfig pattern such as `DejaVu Sans:bold`; fontconfig gives the nearest when there is none. */
export function fontFile(pattern: string): string {
  return execFileSync("fc-match", ["-f", "%{file}", pattern], { encoding: "utf8" });
}
