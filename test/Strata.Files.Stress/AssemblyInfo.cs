[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Strata.Files.Tests")]
