import { Secret, randomBytes } from '@strongroom/core';
import { createArchive, openArchive, writeSnapshot, restoreSnapshot, verifyArchive, listSnapshots, findArchives } from './index.ts';
import { folderSource, folderTarget, nodeCodec, openJournal } from './node/index.ts';
import { folderStore } from '../../clouds/src/folder/folder-store.ts';
import { DatabaseSync } from 'node:sqlite';
import fs from 'node:fs'; import { execSync } from 'node:child_process';
const base = '/tmp/try/' + Date.now(); fs.mkdirSync(base + '/src/Databases', {recursive:true}); fs.mkdirSync(base+'/src/Media/WhatsApp Images/Sent',{recursive:true});
const db = new DatabaseSync(base + '/src/Databases/msgstore.db');
db.exec('create table m(id integer primary key, chat int, t text); create index i on m(chat)');
const ins = db.prepare('insert into m(chat,t) values(?,?)');
db.exec('begin'); for (let i=0;i<200000;i++) ins.run(i%50, `message ${i} ${Math.random()} hello world`); db.exec('commit');
for (let i=0;i<300;i++) fs.writeFileSync(base+`/src/Media/WhatsApp Images/IMG-${i}.jpg`, randomBytes(20000+Math.floor(Math.random()*100000)));
fs.writeFileSync(base+'/src/Media/VID.mp4', randomBytes(30e6)); fs.writeFileSync(base+'/src/note.txt','hi'); fs.writeFileSync(base+'/src/empty',''); fs.symlinkSync('note.txt', base+'/src/link'); fs.mkdirSync(base+'/src/emptydir');
const store = folderStore(base + '/cloud'); const key = new Secret(randomBytes(32));
const archive = await createArchive({ store, key, unlock: [{way:'key'}], codec: nodeCodec });
const journal = openJournal(base+'/journal.db', archive.id);
const device = {id:'d1', name:'phone'};
async function backup() { const src = await folderSource([base+'/src']); console.time('backup'); const r = await writeSnapshot(archive, src, { journal, device, warn: w=>console.log(w) }); console.timeEnd('backup'); console.log(r.id, r.number, JSON.stringify(r.totals), r.uploadedBytes, r.newBytes, process.memoryUsage().rss/1e6|0); }
await backup(); await backup();
db.exec('begin'); for (let i=0;i<1000;i++) ins.run(i%50, `new message ${i}`); db.exec('commit');
await backup();
journal.close(); fs.rmSync(base+'/journal.db'); 
console.log('no journal'); { const src = await folderSource([base+'/src']); db.exec('begin'); for (let i=0;i<100;i++) ins.run(i%50, `newer message ${i}`); db.exec('commit'); const r= await writeSnapshot(archive, src, {device}); console.log(r.uploadedBytes, r.newBytes); }
console.time('restore'); const a2 = await openArchive({store, key, archiveId: (await findArchives(store))[0]!.archiveId, codec: nodeCodec});
const res = await restoreSnapshot(a2, 'latest', folderTarget(base+'/out')); console.timeEnd('restore'); console.log(res.restored, res.bytes);
console.log(execSync(`diff -r --no-dereference ${base}/src ${base}/out && echo same`).toString());
console.time('verify'); console.log(await verifyArchive(a2, {depth:'full'})); console.timeEnd('verify');
console.log((await listSnapshots(a2)).length);
console.log(execSync(`ls -l ${base}/cloud/*/packs ${base}/cloud/*/snapshots`).toString());
