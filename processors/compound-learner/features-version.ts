/** Rises with every change of the features' names or meaning: a model is only asked about those of its own version. */
export const features_version = 2;
