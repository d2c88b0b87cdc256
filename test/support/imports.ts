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
  /** Parts; its own is always among them. */
  readonly parts: readonly string[];
  /** Parts of which types alone may be imported. */
  readonly types?: readonly string[];
  /** Packages and `node:` modules: any of them, or those named. */
  readonly packages: 'any' | readonly string[];
}

const REST = ['core', 'app', 'config', 'terminal', 'version'];

/** The direction of imports. A folder of `src`, or a file beside them without its ending, is a part; each adapter is one. */
export const PARTS: Readonly<Record<string, Part>> = {
  core: { parts: [], packages: [] },
  // A checksum is arithmetic: it touches nothing outside.
  app: { parts: ['core'], packages: ['node:crypto'] },
  'adapters/*': { parts: ['core'], packages: 'any' },
  http: { parts: ['core', 'app'], packages: 'any' },
  indexer: { parts: ['core', 'app'], packages: 'any' },
  // A query is stemmed as the index was. Folders are opened in Node alone, by a file that is loaded on demand.
  client: {
    parts: ['core', 'adapters/stemmers'],
    packages: ['node:crypto', 'node:fs/promises', 'node:path', 'node:url'],
  },
  page: { parts: [], types: ['core'], packages: [] },
  // The search page over a snapshot instead of the API.
  demo: { parts: ['client', 'page'], types: ['core'], packages: [] },
  terminal: { parts: [], packages: [] },
  version: { parts: [], packages: 'any' },
  config: { parts: ['core'], packages: 'any' },
  wiring: { parts: [...REST, 'adapters/*', 'indexer'], packages: 'any' },
  'build-entry': { parts: [...REST, 'adapters/*', 'indexer', 'wiring'], packages: 'any' },
  'snapshot-entry': { parts: ['indexer', 'wiring'], packages: 'any' },
  server: { parts: [...REST, 'http', 'indexer', 'wiring'], packages: 'any' },
  cli: { parts: [...REST, 'indexer', 'server', 'wiring'], packages: 'any' },
  library: { parts: [...REST, 'wiring'], packages: 'any' },
  index: { parts: [...REST, 'http', 'library'], packages: 'any' },
};

/** The part that a path under `src/` belongs to: `adapters/minisearch`, `core`, `wiring`. */
function partOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'adapters' ? `adapters/${second}` : first.replace(/\.ts$/, '');
}

function ruleOf(part: string): Part | undefined {
  return PARTS[part.startsWith('adapters/') ? 'adapters/*' : part];
}

/** Imports that run the wrong way, each as one line, in order. `files`: path under `src/` → text. */
export function wrongImports(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) =>
    importsOf(path, text).flatMap((found) => {
      const wrong = complaint(path, found);
      return wrong === null ? [] : [`${path}: ${wrong}`];
    }),
  );
}

function complaint(path: string, { specifier, type }: Import): string | null {
  const part = partOf(path);
  const rule = ruleOf(part);
  if (rule === undefined) return `the part ${part} has no rule`;
  if (specifier === null) return rule.packages === 'any' ? null : `${part} imports something computed`;
  if (!specifier.startsWith('.')) {
    const allowed = rule.packages === 'any' || rule.packages.includes(specifier);
    return allowed ? null : `${part} imports ${specifier}`;
  }
  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  if (target.startsWith('../')) return `${part} imports ${specifier} from outside src`;
  const wanted = partOf(target.replace(/\.js$/, '.ts'));
  const names = [wanted, wanted.startsWith('adapters/') ? 'adapters/*' : wanted];
  if (wanted === part || names.some((name) => rule.parts.includes(name))) return null;
  if (type && names.some((name) => rule.types?.includes(name))) return null;
  return `${part} imports ${wanted}`;
}
