import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs ffmpeg quietly, feeding it `frames` on stdin if given. Rejects with what it wrote to stderr; with `strict`, any message is an error. */
export async function ffmpeg(
  args: string[],
  { frames, cwd, strict = false }: { frames?: Iterable<Uint8Array>; cwd?: string; strict?: boolean } = {},
): Promise<void> {
  const child = spawn("ffmpeg", ["-v", "warning", "-nostdin", "-y", ...args], {
    cwd,
    stdio: [frames ? "pipe" : "ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk));
  const closed = once(child, "close");
  if (frames && child.stdin) {
    // A broken pipe means that ffmpeg ended early: its exit code and messages tell why.
    child.stdin.on("error", () => {});
    for (const frame of frames) {
      if (child.exitCode !== null || !child.stdin.writable) break;
      if (!child.stdin.write(frame)) await Promise.race([once(child.stdin, "drain"), closed]);
    }
    child.stdin.end();
  }
  const [code] = await closed;
  if (code !== 0 || (strict && said !== "")) {
    throw new Error(`ffmpeg ${args.join(" ")}\nexit code ${code}\n${said}`);
  }
}

/** Asks ffprobe about a file or playlist; the answer's shape follows `entries` (its `-show_entries`). */
export async function ffprobe(path: string, entries: string): Promise<any> {
  const child = spawn("ffprobe", ["-v", "error", "-of", "json", "-show_entries", entries, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`ffprobe ${path}: exit code ${code}`);
  return JSON.parse(out);
}
