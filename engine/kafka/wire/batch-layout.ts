/** Where the parts of a record batch of version 2 stand: https://kafka.apache.org/documentation/#recordbatch */

/** Bytes before its records. */
export const header_bytes = 61;
/** Bytes before what its length counts. */
export const frame_bytes = 12;
export const length_at = 8;
export const leader_epoch_at = 12;
export const magic_at = 16;
export const crc_at = 17;
export const attributes_at = 21;
export const last_offset_delta_at = 23;
export const first_timestamp_at = 27;
export const max_timestamp_at = 35;
export const producer_at = 43;
export const count_at = 57;

export const known_magic = 2;
