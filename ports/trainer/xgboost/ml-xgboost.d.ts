/** What is used of ml-xgboost's compiled module: its own functions are called, not its wrapper (see decision 17). */
declare module 'ml-xgboost/dist/wasm/xgboost.js' {
  type Pointer = number;

  interface XGBoostModule {
    /** Replaced when memory grows: read it anew after each call. */
    readonly HEAPF32: Float32Array;
    readonly HEAPU8: Uint8Array;
    _malloc(bytes: number): Pointer;
    _free(at: Pointer): void;
    /** Copies rows × columns 32-bit floats and as many labels as rows. The value −1 means missing. */
    _create_model(matrix: Pointer, labels: Pointer, rows: number, columns: number): Pointer;
    _free_memory_model(model: Pointer): void;
    _train_full_model(model: Pointer, iterations: number): void;
    /** Writes the prediction of one row to `answer`. */
    _predict_one(model: Pointer, row: Pointer, columns: number, answer: Pointer): number;
    /** Bytes of the model in xgboost's binary format, which `_get_file_content` then copies; −1 where it cannot. */
    _save_model(model: Pointer): number;
    _get_file_content(to: Pointer, bytes: number): void;
    ccall(name: 'set_param', returns: null, types: readonly string[], values: readonly (number | string)[]): void;
  }
  const library: { readonly isReady: Promise<XGBoostModule> };
  export default library;
}
