import code from './code.wasm';
export default { fetch: (request) => new Response(request.url) };
