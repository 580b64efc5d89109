import { campaignSize } from '../../../../tools/campaign.ts';
import { testDecoders } from '../../../../tools/fuzz/test-decoders.ts';
import { fuzzTargets } from './targets.ts';

// Whatever a client seals, the store returns or another node sends is what it should be, or ends in one of the errors
// that were announced: in a bounded time, in bounded memory, and no error tells a key.
testDecoders({
  module: new URL('./targets.ts', import.meta.url),
  targets: await fuzzTargets(),
  inputs: campaignSize({ short: 60, long: 10_000 }),
});
