import { hostFolders, launchProfile } from './lib/browser.mjs';
const host = await hostFolders({ '/full/': '/tmp/wp/full' });
const browser = await launchProfile('/tmp/wp/profile-' + Math.random());
const page = await browser.newPage(); await page.goto(host.url);
console.log(await page.evaluate(`(async () => {
 const out = [];
 const b = new Uint8Array(await (await fetch('/full/index.askdex')).arrayBuffer());
 for (let i=0;i<4;i++){ const t0=performance.now(); const p = crypto.subtle.digest('SHA-256', b); const t1=performance.now(); await p; const t2=performance.now(); out.push(['whole', t1-t0, t2-t1]); }
 for (const size of [1<<16, 1<<18, 1<<20]) for (let i=0;i<3;i++){ const t0=performance.now(); const ps=[]; for (let at=0;at<b.length;at+=size) ps.push(crypto.subtle.digest('SHA-256', b.subarray(at,at+size))); const t1=performance.now(); await Promise.all(ps); const t2=performance.now(); out.push([size, t1-t0, t2-t1]); }
 // crc-like
 const u = new Uint32Array(b.buffer,0,b.length>>2); 
 const mix=()=>{let a=0,c=0,d=1; for(let i=0;i<u.length;i+=2){a=Math.imul(a^u[i],0x9E3779B1); a=(a<<13)|(a>>>19); c=Math.imul(c^u[i+1],0x85EBCA77); c=(c<<15)|(c>>>17);} return a^c};
 for (let i=0;i<3;i++){const t0=performance.now(); mix(); out.push(['mix',performance.now()-t0])}
 const cache = await caches.open('x'); await cache.put('/k', new Response(b));
 for (let i=0;i<3;i++){const t0=performance.now(); const r=await cache.match('/k'); const t1=performance.now(); const a=await r.arrayBuffer(); out.push(['cache ab', t1-t0, performance.now()-t1]);}
 for (let i=0;i<3;i++){const t0=performance.now(); const r=await cache.match('/k'); const rd=r.body.getReader(); let n=0,k=0; for(;;){const {value}=await rd.read(); if(!value)break; n+=value.length;k++} out.push(['cache stream', performance.now()-t0, k]);}
 for (let i=0;i<3;i++){const t0=performance.now(); const r=await cache.match('/k'); const bl=await r.blob(); const t1=performance.now(); const a=await bl.slice(0,1<<20).arrayBuffer(); out.push(['cache blob, slice', t1-t0, performance.now()-t1]);}
 const root = await navigator.storage.getDirectory(); const fh=await root.getFileHandle('x',{create:true}); const w=await fh.createWritable(); await w.write(b); await w.close();
 for (let i=0;i<4;i++){const t0=performance.now(); const r=await navigator.storage.getDirectory(); const h=await r.getFileHandle('x'); const f=await h.getFile(); const t1=performance.now(); const a=await f.arrayBuffer(); out.push(['opfs', t1-t0, performance.now()-t1]);}
 for (let i=0;i<4;i++){const t0=performance.now(); const r=await navigator.storage.getDirectory(); const h=await r.getFileHandle('x'); const f=await h.getFile(); const t1=performance.now(); const a=await f.slice(0,1<<16).arrayBuffer(); out.push(['opfs slice', t1-t0, performance.now()-t1]);}
 return out.map((x)=>x.map((y)=>typeof y==='number'?y.toFixed(1):y).join(' ')).join('\\n');
})()`));
await browser.close(); host.close(); process.exit(0);
