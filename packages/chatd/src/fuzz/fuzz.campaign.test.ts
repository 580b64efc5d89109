import { campaignSize } from '../../../../tools/campaign.ts';
import { testDecoders } from '../../../../tools/fuzz/test-decoders.ts';
import { fuzzTargets } from './targets.ts';

// Whatever a device or a vault node sends, a front door answers or refuses it: it never fails inside, and what is in its
// database stays what it was.
testDecoders({
  module: new URL('./targets.ts', import.meta.url),
  targets: await fuzzTargets(),
  inputs: campaignSize({ short: 100, long: 30_000 }),
});
