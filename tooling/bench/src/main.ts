import { benchmarks } from './benchmarks/index.js';
import { runBenchmarks } from './harness.js';

process.exitCode = await runBenchmarks(process.argv.slice(2), benchmarks, {
  result: (text) => {
    console.log(text);
  },
  notice: (text) => {
    console.error(text);
  },
});
