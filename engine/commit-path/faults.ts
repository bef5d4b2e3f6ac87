/** Named steps of the commit path. Tests crash at each of them; production passes through. */
export const steps = ['read', 'decode', 'load', 'decide', 'commit', 'deliver', 'mark'] as const;
export type Step = (typeof steps)[number];

/** Called when a step is done, before the next begins; what it throws ends the task as a crash would. */
export type FaultPoints = (step: Step, task: { readonly group: string; readonly partition: number }) => void;
