import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { findChromium, launch } from './chromium.js';
import { startServer, type Server, type ServerOptions } from './server.js';

export interface SiteOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Markdown files by path; without them the content of the repository is served. */
  readonly content?: Readonly<Record<string, string>>;
  readonly until?: ServerOptions['until'];
}

export interface OpenOptions extends BrowserContextOptions {
  /** Called with the page before it is opened, to intercept its requests. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** A server and a browser. */
export interface Site {
  /** The server's address, with the base path. */
  url(): string;
  /** Opens a path of the site, such as `/?q=ice`, as a new visitor, and waits until the page has shown its state. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  /** Allows such a browser error until the end of the test. */
  allow(complaint: RegExp): void;
  write(file: string, text: string): void;
  stopServer(): Promise<void>;
  /** Starts the server again on the same port. */
  restartServer(): Promise<void>;
}

/** Milliseconds to wait for the page's content. */
const PATIENCE = 15_000;

/** A page is settled once it shows the requested hits, document or notice. */
const SETTLED = `['#hits', '#message', '#document-view'].some((part) => {
  const shown = document.querySelector(part);
  return shown !== null && shown.checkVisibility() && shown.childElementCount > 0;
})`;

/**
 * Waits until an expression is true in the page, looked at frame by frame. Throws after 15 seconds. (Playwright's own
 * `waitForFunction` evaluates strings in the page later on, which the content security policy rightly forbids.)
 */
export async function until(page: Page, expression: string): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while ((await page.evaluate(`Boolean(${expression})`)) !== true) {
    assert.ok(performance.now() < deadline, `This did not become true: ${expression}`);
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => resolve(null)))');
  }
}

/**
 * Describes a site in a browser. Every test also fails if the browser reports an error: an error on the console,
 * a breach of the content security policy, a request that leaves the site, a script that throws.
 *
 * Without a browser the tests are skipped and the reason is printed; `ASKDEX_E2E=required` makes that a failure.
 */
export function describeSite(title: string, options: SiteOptions, tests: (site: Site) => void): void {
  const found = findChromium();
  if ('why' in found) {
    if (process.env['ASKDEX_E2E'] === 'required') {
      it(`${title}: needs a browser`, () => assert.fail(`ASKDEX_E2E=required, but ${found.why}.`));
    } else {
      it.skip(`${title}: skipped, since ${found.why}`);
    }
    return;
  }
  describe(title, () => {
    const site = new RunningSite(found.path, options);
    before(() => site.start());
    afterEach(() => site.endVisits());
    after(() => site.stop());
    tests(site);
  });
}

class RunningSite implements Site {
  readonly #folder = mkdtempSync(join(tmpdir(), 'askdex-e2e-'));
  #browser: Browser | null = null;
  #server: Server | null = null;
  #complaints: string[] = [];
  #allowed: RegExp[] = [];

  constructor(
    private readonly chromium: string,
    private readonly options: SiteOptions,
  ) {}

  async start(): Promise<void> {
    mkdirSync(this.#content(), { recursive: true });
    for (const [file, text] of Object.entries(this.options.content ?? {})) this.write(file, text);
    this.#server = await this.#start({});
    this.#browser = await launch(this.chromium);
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.#server?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  url(): string {
    if (this.#server === null) throw new Error('The server does not run.');
    return this.#server.url;
  }

  allow(complaint: RegExp): void {
    this.#allowed.push(complaint);
  }

  write(file: string, text: string): void {
    const path = join(this.#content(), file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  async open(path: string, { prepare, ...visitor }: OpenOptions = {}): Promise<Page> {
    if (this.#browser === null) throw new Error('The browser does not run.');
    const context = await this.#browser.newContext({ locale: 'en-GB', ...visitor });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    this.#listen(page);
    await prepare?.(page);
    await page.goto(`${this.url()}${path}`);
    if (new URL(page.url()).pathname.endsWith('/')) await until(page, SETTLED);
    return page;
  }

  async endVisits(): Promise<void> {
    for (const context of this.#browser?.contexts() ?? []) await context.close();
    const complaints = this.#complaints.filter((text) => !this.#allowed.some((one) => one.test(text)));
    this.#complaints = [];
    this.#allowed = [];
    assert.deepEqual(complaints, [], 'what the browser complained about');
  }

  async stopServer(): Promise<void> {
    await this.#server?.stop();
  }

  async restartServer(): Promise<void> {
    this.#server = await this.#start({ PORT: String(new URL(this.url()).port) });
  }

  #start(changes: Readonly<Record<string, string>>): Promise<Server> {
    const { environment, content, until } = this.options;
    const own: Record<string, string> = content === undefined ? {} : { ASKDEX_CONTENT: this.#content() };
    return startServer({
      index: join(this.#folder, 'index'),
      environment: { ...own, ...environment, ...changes },
      ...(until === undefined ? {} : { until }),
    });
  }

  #content(): string {
    return join(this.#folder, 'content');
  }

  /** Chromium also writes each breach of the content security policy to the console. */
  #listen(page: Page): void {
    const { origin } = new URL(this.url());
    page.on('console', (message) => {
      const type = message.type();
      const { url } = message.location();
      // A document without HTML (OpenAPI) names no icon. Chromium then asks the host for one by itself, some time
      // later, and complains if there is none: a fast test has closed the page by then, a slow one has not.
      if (url === `${origin}/favicon.ico`) return;
      if (type === 'error' || type === 'warning') {
        this.#complaints.push(`console ${type}: ${message.text()} (${url})`);
      }
    });
    page.on('pageerror', (error) => this.#complaints.push(`script: ${error.message}`));
    page.on('dialog', (dialog) => {
      this.#complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(`${origin}/`)) this.#complaints.push(`request to ${request.url()}`);
    });
  }
}
