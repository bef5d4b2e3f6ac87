/** The loop's handlers. */
import { extract, extractor_version } from '../../learning/dna/extract.ts';
import type { Policy } from '../../policy/policy.ts';
import { dnaExtracted } from '../../schemas/index.ts';
import { processor, type Decide } from '../../topology/processor.ts';
import { wiring } from './wiring.ts';

export const decide: Decide<typeof wiring, Policy> = {
  /** Announces the DNA of an ad that is new, was changed in a way that shows, or was read by older rules. */
  'ad.created': (state, event, { parts, at_ms }) => {
    const { account_id, ad_id, campaign_id, experiment_id, made_from, provenance } = event;
    const { fingerprint, traits } = extract(event);
    const known = parts.get(ad_id);
    const same =
      known?.fingerprint === fingerprint &&
      known.extractor_version === extractor_version &&
      known.experiment_id === experiment_id;
    if (same) return { state };
    const ids = { account_id, ad_id, campaign_id, experiment_id };
    return {
      state: known === undefined ? { ads: state.ads + 1 } : state,
      parts: new Map([[ad_id, { fingerprint, extractor_version, experiment_id }]]),
      emit: [
        dnaExtracted.event({
          ...ids,
          fingerprint,
          extractor_version,
          traits: [...traits],
          made_from,
          provenance,
          at_ms,
        }),
      ],
    };
  },
};

export const creativeDna = processor(wiring, decide);
