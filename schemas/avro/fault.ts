/** Why bytes are not what a schema says, or a value does not fit it. Caught inside the codec, never seen outside. */

export type DecodeFaultCode =
  'decode.truncated' | 'decode.trailing' | 'decode.long_range' | 'decode.invalid_text' | 'decode.invalid_value';

export class DecodeFault extends Error {
  readonly code: DecodeFaultCode;
  constructor(code: DecodeFaultCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A value that does not fit the schema; the codec then finds the field by a slower walk. */
export class UnfitValue extends Error {}
