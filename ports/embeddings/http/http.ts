/**
 * Embeddings from a server that speaks the OpenAI protocol: `POST {base_url}/embeddings` with `model`, `input` and
 * `encoding_format`. Vectors are made to have length 1, so that those of servers that do not are cosines too.
 */
import pLimit from 'p-limit';
import type { Creative, EmbeddingProvider } from '../port.ts';
import { Gatherer } from './gather.ts';
import { RefusedInput, requested } from './request.ts';
import type { HttpEmbeddingSettings } from './settings.ts';

/** Characters of a creative that are sent: models take about 8,000 tokens. */
const most_characters = 8_000;

/** What the model reads: the copy, then what it is made of in words. */
function inputOf({ text, traits }: Creative): string {
  const made = traits.map((trait) => trait.replaceAll(/[_=]/g, ' ')).join(', ');
  return [text.trim().slice(0, most_characters), made].filter((part) => part !== '').join('\n\n');
}

export function httpEmbeddings(settings: HttpEmbeddingSettings): EmbeddingProvider {
  const { model, dimensions, batch, limits } = settings;
  const limit = pLimit(limits.concurrency);
  const gatherer = new Gatherer<string, Float32Array>((inputs, stop) => limit(() => answered(inputs, settings, stop)), {
    most: batch,
    gather_ms: limits.gather_ms,
  });
  return {
    model,
    dimensions,
    async embed(creatives, signal) {
      const inputs = creatives.map(inputOf);
      // Nothing is like nothing, and servers refuse it.
      const asked = inputs.filter((input) => input !== '');
      const stop = signal instanceof AbortSignal ? signal : new AbortController().signal;
      const vectors = (await gatherer.all(asked, stop)).values();
      return inputs.map((input) => {
        const vector = input === '' ? undefined : vectors.next().value;
        return vector ?? new Float32Array(dimensions);
      });
    },
  };
}

/**
 * Vectors of a batch. Where it is refused for what is in it, its halves are asked by themselves, so that one input that
 * the model does not take fails alone; a batch of which both halves are refused is refused for another reason.
 */
async function answered(
  inputs: readonly string[],
  settings: HttpEmbeddingSettings,
  stop: AbortSignal,
): Promise<readonly (Float32Array | Error)[]> {
  try {
    return await requested(inputs, settings, stop);
  } catch (error) {
    const refused = error instanceof Error ? error : new Error(String(error));
    const failed = inputs.map(() => refused);
    if (!(refused instanceof RefusedInput) || inputs.length === 1) return failed;
    const middle = Math.ceil(inputs.length / 2);
    const first = await answered(inputs.slice(0, middle), settings, stop);
    // Where everything is refused, asking for each input would only be refused as often.
    if (first.every((answer) => answer instanceof RefusedInput) && middle > 1) return failed;
    return [...first, ...(await answered(inputs.slice(middle), settings, stop))];
  }
}
