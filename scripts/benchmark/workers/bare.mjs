// The least that a dispatcher can do: pass the request on.
export default {
  fetch(request, env) {
    return env.BUNDLE.fetch(request);
  },
};
