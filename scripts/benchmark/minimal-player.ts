import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { NODE_MODULES } from '../localnet/places.ts'

/** What hls.js needs to play a stream, and no more: a video, a button, its own build in one file. */
const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>hls.js alone</title>
<script src="/hls.js"></script>
<video playsinline></video>
<button type="button">Play</button>
<script>
  document.querySelector('button').addEventListener('click', () => {
    const video = document.querySelector('video')
    const hls = new Hls()
    hls.loadSource(new URLSearchParams(location.search).get('src'))
    hls.attachMedia(video)
    video.play()
  })
</script>
`

/** Serves that page; the stream's address is its parameter `src`. */
export async function minimalPlayer(): Promise<{ page(stream: string): string; stop(): void }> {
  const script = await readFile(join(NODE_MODULES, 'hls.js/dist/hls.min.js'))
  const server = createServer((request, response) => {
    const isScript = request.url === '/hls.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(isScript ? script : PAGE)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { page: (stream) => `http://127.0.0.1:${port}/?${new URLSearchParams({ src: stream })}`, stop: () => void server.close() }
}
