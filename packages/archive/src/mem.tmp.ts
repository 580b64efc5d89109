import { Secret, randomBytes } from '@strongroom/core';
import { createArchive, writeSnapshot, restoreSnapshot, verifyArchive } from './index.ts';
import { folderSource, folderTarget, nodeCodec, openJournal } from './node/index.ts';
import { folderStore } from '../../clouds/src/folder/folder-store.ts';
import fs from 'node:fs';
const base = '/tmp/try/mem'; 
if (!fs.existsSync(base+'/src')) { fs.mkdirSync(base+'/src/Media',{recursive:true}); 
for (let i=0;i<10;i++) fs.writeFileSync(base+`/src/Media/v${i}.mp4`, randomBytes(60e6+i*1e6));
for (let i=0;i<20000;i++) fs.writeFileSync(base+`/src/Media/p${i}.jpg`, randomBytes(10000)); }
fs.rmSync(base+'/cloud',{recursive:true,force:true}); fs.rmSync(base+'/j.db',{force:true}); fs.rmSync(base+'/out',{recursive:true,force:true});
let peak=0; setInterval(()=>{peak=Math.max(peak,process.memoryUsage().rss)},10).unref();
console.log('base', process.memoryUsage().rss/1e6|0);
const store = folderStore(base + '/cloud'); const key = new Secret(randomBytes(32));
const archive = await createArchive({ store, key, unlock: [{way:'key'}], codec: nodeCodec });
const journal = openJournal(base+'/j.db', archive.id);
const device = {id:'d1', name:'phone'};
for (let k=0;k<2;k++){ peak=0; console.time('backup'); const r = await writeSnapshot(archive, await folderSource([base+'/src']), { journal, device }); console.timeEnd('backup'); console.log(r.uploadedBytes, r.newBytes, 'peak', peak/1e6|0, process.memoryUsage()); }
peak=0; console.time('restore'); await restoreSnapshot(archive, 'latest', folderTarget(base+'/out')); console.timeEnd('restore'); console.log('peak', peak/1e6|0);
peak=0; console.time('verify'); await verifyArchive(archive, {depth:'full'}); console.timeEnd('verify'); console.log('peak', peak/1e6|0);
