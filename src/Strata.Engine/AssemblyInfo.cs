using System.Runtime.CompilerServices;

// Locals are written before they are read; buffers on the stack need no zeros.
[module: SkipLocalsInit]
