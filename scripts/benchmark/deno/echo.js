// What a bundle was in a runner with a process per call: a request on stdin, an answer on stdout.
const request = JSON.parse(await new Response(Deno.stdin.readable).text());
const body = JSON.stringify({ method: request.method, accept: request.headers.accept ?? null, now: Date.now() });
const answer = JSON.stringify({ status: 200, headers: { "content-type": "application/json" }, body });
await Deno.stdout.write(new TextEncoder().encode(answer));
