// All that the dispatcher can reach: a few public origins, each of which is a server on this machine.
export default {
  fetch(request, env) {
    const { origin, pathname, search } = new URL(request.url);
    const local = env.ORIGINS[origin];
    if (local === undefined) return new Response(`${origin} is out of reach of a benchmark\n`, { status: 502 });
    return fetch(new Request(local + pathname + search, request));
  },
};
