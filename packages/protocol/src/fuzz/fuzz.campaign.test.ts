import { campaignSize } from '../../../../tools/campaign.ts';
import { testDecodersHere } from '../../../../tools/fuzz/test-decoders-here.ts';
import { fuzzTargets } from './targets.ts';

// Whatever comes from a front door, a vault or a client is what it should be, or ends in one of the errors that were
// announced.
testDecodersHere(await fuzzTargets(), campaignSize({ short: 60, long: 20_000 }));
