using System.ComponentModel;

namespace System.Runtime.CompilerServices;

/// <summary>What the compiler asks for where records are, and the old framework has not.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
internal static class IsExternalInit;
