import { writeFileSync, existsSync } from 'node:fs';
import { hostFolders, launchProfile } from './lib/browser.mjs';
const [client, mode, out] = process.argv.slice(2);
const host = await hostFolders({ '/client/': client, '/full/': '/tmp/wp/full' });
const port = 43117;
const browser = await launchProfile('/tmp/wp/profile-' + Math.random());
const code = (q, o) => `(async () => { 
  const started = performance.now();
  const { openSnapshot } = await import('/client/client.js');
  const imported = performance.now();
  const snapshot = await openSnapshot('/full/', ${JSON.stringify(o)});
  const opened = performance.now();
  performance.mark('opened');
  const { hits } = await snapshot.search(${JSON.stringify(q)});
  const ended = performance.now();
  performance.mark('ended');
  await snapshot.close();
  return [ended-started, imported-started, opened-imported, ended-opened].map((x)=>+x.toFixed(1)) })()`;
const visit = async (c, traced) => {
  const page = await browser.newPage();
  await page.goto(host.url);
  let s; const events = [];
  if (traced) { s = await browser.newCDPSession(page);
    s.on('Tracing.dataCollected', (e) => events.push(...e.value));
    await s.send('Tracing.start', { transferMode: 'ReportEvents', categories: 'v8,v8.execute,devtools.timeline,blink.worker,blink.user_timing,loading,blink,CacheStorage' }); }
  const r = await page.evaluate(c);
  if (traced) { const done = new Promise((r) => s.once('Tracing.tracingComplete', r)); await s.send('Tracing.end'); await done; writeFileSync(out, JSON.stringify({traceEvents: events})); }
  await page.close();
  return r;
};
const o = mode === 'page' ? { update: 'manual', worker: false } : { update: 'manual' };
await visit(code('hepatitis b treatment', {}));
const qs = ['what are the symptoms of leukemia','how to diagnose diabetes','alzheimer','genetic changes related to cystic fibrosis','diab','cancr treatmnt','hepatitis b treatment'];
for (let i=0;i<4;i++) await visit(code(qs[0], o));
const all = [];
for (let i = 0; i < 21; i++) all.push(await visit(code(qs[i % qs.length], o)));
const med = (k) => all.map((a) => a[k]).sort((a,b)=>a-b)[10];
console.log(mode, 'total, import, open, search:', med(0), med(1), med(2), med(3));
if (out) console.log('traced', await visit(code(qs[0], o), true));
await browser.close(); host.close(); process.exit(0);
