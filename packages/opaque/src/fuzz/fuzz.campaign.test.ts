import { campaignSize } from '../../../../tools/campaign.ts';
import { testDecodersHere } from '../../../../tools/fuzz/test-decoders-here.ts';
import { fuzzTargets } from './targets.ts';

// Whatever a peer sends is what it should be, or ends in one of the errors that were announced; no liar opens anything.
testDecodersHere(await fuzzTargets(), campaignSize({ short: 60, long: 40_000 }));
