/** The few functions of jStat that are used here; the package ships no types. */
declare module 'jstat' {
  interface Continuous {
    cdf(x: number, ...parameters: number[]): number;
    inv(p: number, ...parameters: number[]): number;
  }
  const library: {
    readonly jStat: {
      readonly beta: Continuous;
      readonly chisquare: Continuous;
      readonly normal: Continuous;
      readonly studentt: Continuous;
      gammaln(x: number): number;
    };
  };
  export default library;
}
