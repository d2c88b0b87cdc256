import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const PLACES = ['/usr/bin', '/Applications/Google Chrome.app/Contents/MacOS'];

/** Prevents requests beyond this machine. Each run has a new profile, so nothing remains of earlier runs. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser to drive, or why there is none: the one in `CHROMIUM`, or one with a usual name. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): { path: string } | { why: string } {
  const named = environment['CHROMIUM'] ?? '';
  if (named !== '') {
    return isExecutable(named) ? { path: named } : { why: `CHROMIUM names ${named}, which cannot be run` };
  }
  const folders = [...PLACES, ...(environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')];
  const path = folders
    .flatMap((folder) => [...NAMES, 'Google Chrome'].map((name) => join(folder, name)))
    .find(isExecutable);
  if (path !== undefined) return { path };
  return { why: `there is no ${NAMES.join(', ')} on this machine; install one or set CHROMIUM to its path` };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function launch(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: ARGUMENTS });
}

/** A browser that keeps the storage of pages in the folder `profile`. */
export function launchWith({ path }: { readonly path: string }, profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, { executablePath: path, args: ARGUMENTS });
}
