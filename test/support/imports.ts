import { posix } from 'node:path';
import ts from 'typescript';

/** One import of a file: `specifier` as written, null where it is computed; `type`: it is gone once compiled. */
export interface Import {
  readonly specifier: string | null;
  readonly type: boolean;
}

/** Every import of a file: declarations, re-exports, `import()`, `require()` and types by `import('…')`. */
export function importsOf(path: string, text: string): Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, type: boolean): void => {
    imports.push({
      specifier: specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : null,
      type,
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier !== undefined) add(node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node)) {
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    } else if (ts.isExternalModuleReference(node)) add(node.expression, false);
    else if (ts.isCallExpression(node)) {
      const called = node.expression;
      const requires = ts.isIdentifier(called) && called.text === 'require';
      if (called.kind === ts.SyntaxKind.ImportKeyword || requires) add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return imports;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

/** What the files of one part of the product may import. */
interface Part {
  /** Parts: `a/b` is that part alone, `a/**` that part and all below it, `a/*` each part right below it. Its own is always among them. */
  readonly parts: readonly string[];
  /** Parts of which types alone may be imported. */
  readonly types?: readonly string[];
  /** Packages and `node:` modules: any of them, or those named. */
  readonly packages: 'any' | readonly string[];
}

const REST = ['core/**', 'app/**', 'config', 'terminal', 'version'];
/** What every part of the core may build on. */
const BASE = ['core', 'core/model'];
/** The index file and its readers. */
const INDEX = [...BASE, 'core/analysis', 'core/index', 'core/index/*'];

/**
 * The direction of imports. A part is a folder of `src` with the folders below it that are no parts of their own, or a file
 * beside the folders without its ending: the longest name that fits a path is its part. `a/*`: each folder in `a` is one.
 */
export const PARTS: Readonly<Record<string, Part>> = {
  core: { parts: [], packages: [] },
  'core/model': { parts: ['core'], packages: [] },
  'core/parse': { parts: BASE, packages: [] },
  'core/analysis': { parts: BASE, packages: [] },
  'core/evaluation': { parts: BASE, packages: [] },
  'core/index': { parts: INDEX, packages: [] },
  'core/index/format': { parts: BASE, packages: [] },
  'core/index/terms': { parts: [...BASE, 'core/analysis', 'core/index/format'], packages: [] },
  'core/index/postings': { parts: [...BASE, 'core/index/format'], packages: [] },
  'core/index/documents': {
    parts: [...BASE, 'core/analysis', 'core/index/format', 'core/index/terms'],
    packages: [],
  },
  'core/build': { parts: INDEX, packages: [] },
  'core/search': { parts: [...INDEX, 'core/parse', 'core/search/*'], packages: [] },
  'core/search/scoring': { parts: INDEX, packages: [] },
  'core/search/query': { parts: [...INDEX, 'core/parse', 'core/search/scoring'], packages: [] },
  'core/search/snippets': { parts: [...INDEX, 'core/search/scoring', 'core/search/query'], packages: [] },
  'core/search/filters': {
    parts: [...INDEX, 'core/parse', 'core/search/scoring', 'core/search/query', 'core/search/snippets'],
    packages: [],
  },
  'core/search/rerank': {
    parts: [...INDEX, 'core/search/scoring', 'core/search/query', 'core/search/snippets'],
    packages: [],
  },
  'core/delta': { parts: [...INDEX, 'core/build'], packages: [] },
  'core/partial': { parts: [...INDEX, 'core/build', 'core/parse', 'core/search', 'core/search/*'], packages: [] },
  sha256: { parts: [], packages: ['node:crypto'] },
  // A signature is arithmetic: it touches nothing outside.
  app: { parts: ['core/**', 'sha256'], packages: ['node:crypto'] },
  'adapters/*': { parts: ['core/**', 'sha256'], packages: 'any' },
  http: { parts: ['core/**', 'app/**', 'sha256'], packages: 'any' },
  workers: { parts: ['core/**', 'app/**'], packages: 'any' },
  // A query is stemmed as the index was. Folders are opened in Node alone, by a file that is loaded on demand.
  client: {
    parts: ['core/**', 'adapters/stemmers', 'sha256'],
    packages: ['node:fs/promises', 'node:path', 'node:url'],
  },
  page: { parts: [], types: ['core/**'], packages: [] },
  // The search page over a snapshot instead of the API.
  'page/offline': { parts: ['client', 'page'], types: ['core/**'], packages: [] },
  terminal: { parts: [], packages: [] },
  version: { parts: [], packages: 'any' },
  config: { parts: ['core/**', 'sha256'], packages: 'any' },
  wiring: { parts: [...REST, 'adapters/*', 'workers'], packages: 'any' },
  'build-entry': { parts: [...REST, 'adapters/*', 'workers', 'wiring'], packages: 'any' },
  'snapshot-entry': { parts: ['workers', 'wiring'], packages: 'any' },
  server: { parts: [...REST, 'http', 'workers', 'wiring'], packages: 'any' },
  cli: { parts: [...REST, 'workers', 'server', 'wiring'], packages: 'any' },
  library: { parts: [...REST, 'wiring'], packages: 'any' },
  index: { parts: [...REST, 'http', 'library'], packages: 'any' },
};

/** The part that a path under `src/` belongs to: `adapters/minisearch`, `core/packed`, `wiring`; null: there is no rule for it. */
export function partOf(path: string, parts: Readonly<Record<string, Part>> = PARTS): string | null {
  let name = path.replace(/\.ts$/, '');
  while (name !== '.') {
    if (ruleOf(name, parts) !== undefined) return name;
    name = posix.dirname(name);
  }
  return null;
}

function ruleOf(part: string, parts: Readonly<Record<string, Part>>): Part | undefined {
  return parts[part] ?? parts[`${posix.dirname(part)}/*`];
}

/** Whether a name in a rule means a part. */
function means(name: string, part: string): boolean {
  if (name.endsWith('/**')) return part === name.slice(0, -3) || part.startsWith(name.slice(0, -2));
  if (name.endsWith('/*')) return posix.dirname(part) === name.slice(0, -2);
  return part === name;
}

/** Source files: path under `src/` → text. */
export type Sources = ReadonlyMap<string, string>;

/** Imports that run the wrong way, each as one line, in order. */
export function wrongImports(files: Sources, parts: Readonly<Record<string, Part>> = PARTS): string[] {
  return [...files].flatMap(([path, text]) =>
    importsOf(path, text).flatMap((found) => {
      const wrong = complaint(path, found, parts);
      return wrong === null ? [] : [`${path}: ${wrong}`];
    }),
  );
}

function complaint(path: string, { specifier, type }: Import, parts: Readonly<Record<string, Part>>): string | null {
  const part = partOf(path, parts);
  const rule = part === null ? undefined : ruleOf(part, parts);
  if (part === null || rule === undefined) return `the part ${path.split('/')[0] ?? path} has no rule`;
  if (specifier === null) return rule.packages === 'any' ? null : `${part} imports something computed`;
  if (!specifier.startsWith('.')) {
    const allowed = rule.packages === 'any' || rule.packages.includes(specifier);
    return allowed ? null : `${part} imports ${specifier}`;
  }
  const target = targetOf(path, specifier);
  if (target.startsWith('../')) return `${part} imports ${specifier} from outside src`;
  const wanted = partOf(target, parts);
  if (wanted === null) return `${part} imports ${target}, which has no rule`;
  if (wanted === part || rule.parts.some((name) => means(name, wanted))) return null;
  if (type && rule.types?.some((name) => means(name, wanted)) === true) return null;
  return `${part} imports ${wanted}`;
}

/** The source file under `src/` that a relative specifier in a file names. */
function targetOf(path: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(path), specifier)).replace(/\.js$/, '.ts');
}

/** What imports what, types too. */
type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/** Files that import each other in a circle, types too: each circle as one line, in order. */
export function fileCircles(files: Sources): string[] {
  return circles(fileArrows(files));
}

/** The same for folders; a file beside the folders of `src` counts as one. */
export function folderCircles(files: Sources): string[] {
  return circles(folderArrows(files));
}

function fileArrows(files: Sources): Arrows {
  return new Map(
    [...files].map(([path, text]) => [
      path,
      new Set(
        importsOf(path, text).flatMap(({ specifier }) =>
          specifier?.startsWith('.') === true ? [targetOf(path, specifier)] : [],
        ),
      ),
    ]),
  );
}

function folderArrows(files: Sources): Arrows {
  const folderOf = (path: string): string => (path.includes('/') ? posix.dirname(path) : path);
  const arrows = new Map<string, Set<string>>();
  for (const [path, targets] of fileArrows(files)) {
    const from = folderOf(path);
    const all = arrows.get(from) ?? new Set();
    for (const to of targets) if (folderOf(to) !== from) all.add(folderOf(to));
    arrows.set(from, all);
  }
  return arrows;
}

/** Whether arrows lead from one to another; each leads to itself. */
function reaches(arrows: Arrows, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const one of seen) for (const next of arrows.get(one) ?? []) seen.add(next);
  return seen.has(to);
}

/** Nodes that lead to each other and back, together; none of them is in two circles. */
function circles(arrows: Arrows): string[] {
  const found = new Set<string>();
  for (const [one, targets] of arrows) {
    const back = [...targets].some((target) => reaches(arrows, target, one));
    if (!back) continue;
    const circle = [...arrows.keys()].filter((other) => reaches(arrows, one, other) && reaches(arrows, other, one));
    found.add(circle.sort().join(' ↔ '));
  }
  return [...found].sort();
}

/** Folders with more than `most` source files, with their number. */
export function largeFolders(files: Sources, most: number): Record<string, number> {
  const counts = new Map<string, number>();
  for (const path of files.keys()) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
  return Object.fromEntries([...counts].filter(([, count]) => count > most));
}
