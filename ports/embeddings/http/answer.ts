/** What a server of embeddings answered, checked before it is believed. */
import { z } from 'zod';
import { normalised } from '../../../learning/memory/embedding.ts';
import { PermanentError } from '../../../topology/processor.ts';

const shape = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()) })),
});

interface Asked {
  /** Inputs of the request. */
  readonly inputs: number;
  readonly dimensions: number;
  readonly model: string;
}

/** Vectors of length 1 in the order of the inputs. Throws `PermanentError` with what is wrong and what to do. */
export function vectorsOf(body: string, { inputs, dimensions, model }: Asked): readonly Float32Array[] {
  const parsed = shape.safeParse(jsonOf(body));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PermanentError(
      `the embedding answer has no usable ${issue?.path.join('.') ?? 'data'}: ${issue?.message}`,
    );
  }
  const vectors = new Array<Float32Array | undefined>(inputs).fill(undefined);
  for (const { index, embedding } of parsed.data.data) {
    if (embedding.length !== dimensions)
      throw new PermanentError(
        `model ${model} gave ${embedding.length} dimensions and embeddings_dimensions is ${dimensions}; set it to ${embedding.length}, or name the model that is meant`,
      );
    if (index >= inputs || vectors[index] !== undefined)
      throw new PermanentError(
        `the embedding answer names input ${index} of ${inputs} ${index < inputs ? 'twice' : ''}`,
      );
    vectors[index] = unit(embedding, index);
  }
  const found = vectors.flatMap((vector) => (vector === undefined ? [] : [vector]));
  if (found.length !== inputs)
    throw new PermanentError(`the embedding answer has ${found.length} vectors for ${inputs} inputs`);
  return found;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new PermanentError(
      `the embedding answer is no JSON (it begins with ${JSON.stringify(body.slice(0, 40))}); check embeddings_base_url`,
    );
  }
}

function unit(embedding: readonly number[], index: number): Float32Array {
  const vector = normalised(Float32Array.from(embedding));
  const sum = vector.reduce((squares, value) => squares + value * value, 0);
  if (!(Math.abs(sum - 1) < 1e-3)) throw new PermanentError(`the vector of input ${index} has no direction`);
  return vector;
}
