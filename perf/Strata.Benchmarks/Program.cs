using BenchmarkDotNet.Running;

// Without arguments it lists the classes and asks; '--filter *Reads*' runs one.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
