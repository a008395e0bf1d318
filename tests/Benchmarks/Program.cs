using RegistryOperator.Benchmarks;
using RegistryOperator.Benchmarks.Fleet;
using RegistryOperator.Benchmarks.Provenance;
using RegistryOperator.Benchmarks.Scanners;
using RegistryOperator.Benchmarks.Workloads;

// One benchmark after the other, alone on the machine: they share nothing but the processor.
using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupted.Cancel();
};

switch (args)
{
    case ["scan", .. var counts]:
        foreach (var count in counts.Length == 0 ? [1_000, 10_000] : counts.Select(int.Parse)) await ScanBenchmark.RunAsync(count, interrupted.Token);
        return 0;
    case ["idle"]:
        await IdleBenchmark.RunAsync(resources: 200, interrupted.Token);
        return 0;
    case ["overhead", .. var rounds]:
        await OverheadBenchmark.RunAsync(rounds.Length == 0 ? 3 : int.Parse(rounds[0]), interrupted.Token);
        return 0;
    case ["rescan", .. var rounds]:
        await RescanBenchmark.RunAsync(rounds.Length == 0 ? 3 : int.Parse(rounds[0]), interrupted.Token);
        return 0;
    case ["fleet", .. var counts]:
        await FleetBenchmark.RunAsync(counts.Length == 0 ? 2_000 : int.Parse(counts[0]), interrupted.Token);
        return 0;
    case ["sigstore"]:
        await SigstoreBenchmark.RunAsync(interrupted.Token);
        return 0;
    case ["provenance", .. var counts]:
        await ProvenanceBenchmark.RunAsync(counts.Length == 0 ? 200 : int.Parse(counts[0]), interrupted.Token);
        return 0;
    case ["fuzz", .. var numbers]:
        var minutes = numbers.Length == 0 ? 10 : int.Parse(numbers[0]);
        var seed = numbers.Length < 2 ? Random.Shared.Next() : int.Parse(numbers[1]);
        return SigstoreFuzz.Run(TimeSpan.FromMinutes(minutes), seed, interrupted.Token) ? 0 : 1;
    case ["workloads", .. var counts]:
        await WorkloadBenchmark.RunAsync(counts.Length == 0 ? 5_000 : int.Parse(counts[0]), interrupted.Token);
        return 0;
    case ["compare", .. var counts]:
        await CompareBenchmark.RunAsync(counts.Length == 0 ? 1_000 : int.Parse(counts[0]), interrupted.Token);
        return 0;
    case ["masking"]:
        MaskingBenchmark.Run(interrupted.Token);
        return 0;
    case ["choose", _, ..]:
        await ChooseBenchmark.RunAsync(args[1..], interrupted.Token);
        return 0;
    default:
        Console.Error.WriteLine("""
            Usage: RegistryOperator.Benchmarks scan [TAGS...] | idle | overhead [ROUNDS] | rescan [ROUNDS] | fleet [TAGS]
                                             | sigstore | provenance [IMAGES] | fuzz [MINUTES [SEED]] | choose FILE...
                                             | workloads [PODS] | compare [WORKLOADS] | masking

              scan      first and unchanged second scans of a real registry, beside the registry's own limit and beside crane (default: 1000 10000)
              idle      what the operator costs with 200 resources at rest
              overhead  a scan for vulnerabilities beside bare Trivy over the same images (default: 3 rounds)
              rescan    the same images again with another vulnerability database (default: 3 rounds)
              fleet     vulnerabilities and SBOMs of one large repository (default: 2000): memory, status, report store, search
              sigstore  verifications of bundles in memory, beside cosign over the same ones
              provenance  images with one attestation each in a real registry: requests and time, first, unchanged, with another key (default: 200)
              fuzz      damaged bundles, envelopes, payloads, trusted roots, statements and keys (default: 10 minutes): nothing is thrown, or verified
              workloads  drift of 200 repositories over Pods of a real API server (default: 5000): memory, what a check costs, how soon a change shows
              compare   one check of many workloads (default: 1000) over a repository of 8,600 tags, without the registry: processor time, allocated bytes
              masking   16 secrets masked in a text of 64 Ki characters, beside the least that could be done with it
              choose    the newest images of repositories whose tags and times are in files (TAG, IMAGE, UNIX TIME in columns, .tsv.gz): what they cost
            """);
        return 2;
}
