import { addSampleChats } from '../people.ts';
import { sample, type Sample } from '../sample.ts';
import { phonePage, type Stage } from '../stage.ts';

/** How long the sample chats take, on a machine and a phone, from the tap to the list. */
export async function samples(stage: Stage): Promise<readonly Sample[]> {
  const found: Sample[] = [];
  for (const isPhone of [false, true]) {
    const context = await stage.device();
    const page = isPhone ? await phonePage(context, { network: false }) : await context.newPage();
    await page.goto(`${stage.addresses.app}/`);
    await page.getByRole('button', { name: 'Start with sample chats' }).waitFor();
    const began = performance.now();
    await addSampleChats(page);
    const where = isPhone ? 'a phone’s page' : 'this machine';
    found.push(sample(`sample chats, ${where}`, 'ms', performance.now() - began, 2000));
    await context.close();
  }
  return found;
}
