using System.CommandLine;
using Strata.Lab.Verbs;

RootCommand root = new("The lab of Strata: one verb a question. Times are compared as ratios of one run; '<verb> --help' explains the question and its figures.");
Verb[] verbs =
[
    new HitsVerb(),
    new BatchVerb(),
    new FloorVerb(),
    new SetsVerb(),
    new KeysVerb(),
    new TypedVerb(),
    new StampedeVerb(),
    new LeaseVerb(),
    new AllocVerb(),
    new MemoryVerb(),
    new GcVerb(),
    new HitRatioVerb(),
    new CapacityVerb(),
    new TailVerb(),
    new TtlVerb(),
    new CompactionVerb(),
    new CodecVerb(),
    new FilesVerb(),
    new RecoveryVerb(),
    new InspectVerb(),
    new TelemetryVerb(),
    new BackplaneVerb(),
    new ChaosVerb(),
    new SeedsVerb(),
    new RedisVerb(),
    new MemoryChildVerb(),
    new BackplaneChildVerb(),
    new GcChildVerb(),
];
foreach (Verb verb in verbs)
    root.Subcommands.Add(verb.ToCommand());
return root.Parse(args).Invoke();
