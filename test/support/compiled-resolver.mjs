// Runs in the thread of Node's module hooks: `src/x.js` becomes `dist/x.js`.
let root = '';

export function initialize(data) {
  root = data.root;
}

export function resolve(specifier, context, nextResolve) {
  if (!specifier.startsWith('.') || context.parentURL === undefined) return nextResolve(specifier, context);
  const { href } = new URL(specifier, context.parentURL);
  const inSource = href.startsWith(`${root}src/`);
  return nextResolve(inSource ? href.replace(`${root}src/`, `${root}dist/`) : specifier, context);
}
