import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Listed, type MediaPlaylist, readMaster, readMedia } from "../playlist.ts";

const MEDIA = fileURLToPath(new URL("../../localnet/media/", import.meta.url));

export type Card = { title: string; description: string; creator: string; generation: string; createdAt: string; tags: string[]; durationMs: number };

/** A media playlist with its folder, and its attributes when a master lists it. */
export type Playlist = MediaPlaylist & { name: string; kind: "muxed" | "video" | "audio"; attributes: Map<string, string>; read: (uri: string) => Buffer };

/** A committed video: its card and its playlists. */
export type Folder = { slug: string; card: Card; playlists: Playlist[]; bytes: number };

const files = new Map<string, Buffer>();

function read(path: string): Buffer {
  const known = files.get(path) ?? readFileSync(path);
  files.set(path, known);
  return known;
}

function open(slug: string): Folder {
  const folder = join(MEDIA, slug);
  const text = (name: string) => readFileSync(join(folder, name), "utf8");
  const playlist = (name: string, kind: Playlist["kind"], attributes = new Map<string, string>()): Playlist => ({
    ...readMedia(text(name)), name: `${slug}/${name}`, kind, attributes, read: (uri) => read(join(folder, dirname(name), uri)),
  });
  const playlists: Playlist[] = [];
  if (existsSync(join(folder, "master.m3u8"))) {
    const { videos, audios } = readMaster(text("master.m3u8"));
    const add = (kind: Playlist["kind"]) => ({ uri, attributes }: Listed) => playlists.push(playlist(uri, kind, attributes));
    videos.forEach(add("video"));
    audios.forEach(add("audio"));
  } else {
    playlists.push(playlist("index.m3u8", "muxed"));
  }
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  return { slug, card: JSON.parse(text("video.json")), playlists, bytes };
}

/** All committed videos. */
export const folders: Folder[] = readdirSync(MEDIA, { withFileTypes: true }).filter((one) => one.isDirectory()).map(({ name }) => open(name));

/** A playlist's initialisation segment. */
export function initOf({ map, read }: Playlist): Buffer {
  const file = read(map.uri);
  return file.subarray(map.start, map.start + (map.length ?? file.length));
}
