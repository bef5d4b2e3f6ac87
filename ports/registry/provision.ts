/** Subjects of a registry as our topics need them: what is there, what is missing, what does not fit. */
import { newestVersion, schemaFile } from '../../schemas/ids.ts';
import type { RegistryClient } from './client.ts';
import { subjectOf } from './ids.ts';

export interface SubjectStanding {
  readonly subject: string;
  readonly topic: string;
  /** Versions of ours that are registered, and those that are not. */
  readonly registered: readonly number[];
  readonly missing: readonly number[];
  readonly compatibility: string | null;
  /** Why a missing version cannot be registered; null where it can. */
  readonly misfit: string | null;
}

export const wanted_compatibility = 'FULL_TRANSITIVE';

export async function subjectStandings(
  client: RegistryClient,
  prefix: string,
  topics: readonly string[],
): Promise<readonly SubjectStanding[]> {
  const known = new Set(await client.subjects());
  const found: SubjectStanding[] = [];
  for (const topic of topics) {
    const subject = subjectOf(prefix, topic);
    const versions = Array.from({ length: newestVersion(topic) }, (_, i) => i + 1);
    if (known.has(subject)) found.push(await standingOf(client, { subject, topic, versions }));
    else found.push({ subject, topic, registered: [], missing: versions, compatibility: null, misfit: null });
  }
  return found;
}

async function standingOf(
  client: RegistryClient,
  {
    subject,
    topic,
    versions,
  }: { readonly subject: string; readonly topic: string; readonly versions: readonly number[] },
): Promise<SubjectStanding> {
  const registered: number[] = [];
  const missing: number[] = [];
  let misfit: string | null = null;
  for (const version of versions) {
    const schema = schemaFile(topic, version);
    if ((await client.idOf(subject, schema)) !== null) registered.push(version);
    else {
      missing.push(version);
      const why = await client.misfit(subject, schema);
      misfit ??= why === null ? null : `version ${version}: ${why}`;
    }
  }
  return { subject, topic, registered, missing, compatibility: await client.compatibility(subject), misfit };
}

/** Sets the rule of a subject, and registers its missing versions in order. @throws `registry.refused` */
export async function provisionSubject(client: RegistryClient, standing: SubjectStanding): Promise<void> {
  const { subject, topic, missing, compatibility } = standing;
  if (compatibility !== wanted_compatibility) await client.setCompatibility(subject, wanted_compatibility);
  for (const version of missing) await client.register(subject, schemaFile(topic, version));
}
