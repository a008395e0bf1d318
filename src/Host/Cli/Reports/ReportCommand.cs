using System.CommandLine;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Text;
using RegistryOperator.Reports;
using RegistryOperator.Reports.Formats;
using RegistryOperator.Reports.Search;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Cli.Reports;

/// <summary><c>registry-operator report IMAGE</c>: what scanners found in an image, from the report store.</summary>
internal sealed class ReportCommand
{
    private readonly Argument<string> _image = new("IMAGE")
    {
        Description = "A digest or its beginning, REPOSITORY:TAG with or without the registry's host, REPOSITORY@DIGEST, or a tag that only one image has. " +
            "NAMESPACE/NAME of a Registry: what was found over all its images together.",
    };

    private readonly Option<string?> _scanner = new("--scanner") { Description = "Only the reports of this scanner.", HelpName = "NAME" };
    private readonly Option<string?> _platform = new("--platform")
    {
        Description = "Only this platform of the image, e.g. linux/arm64.",
        HelpName = "PLATFORM",
    };

    private readonly Option<string?> _registry = new("--registry")
    {
        Description = "Only reports made in this registry, e.g. registry.example.com, or repository.",
        HelpName = "REGISTRY",
    };

    private readonly Option<string> _output =
        OutputOption.Of("table, json (the scanner's own document), cyclonedx, spdx or sarif.", [.. ReportFormats.All]);

    private readonly DataOptions _data = new();
    private readonly ScanKinds _kinds = ScanKinds.Create();
    private readonly Option<string?> _kind;
    private readonly Terminal _terminal;

    private ReportCommand(Terminal terminal)
    {
        _terminal = terminal;
        var names = string.Join(", ", _kinds.All.Select(kind => kind.Kind.Name));
        _kind = new Option<string?>("--kind") { Description = $"Only reports of this kind: {names}.", HelpName = "KIND" };
    }

    public static Command Create(Terminal terminal) => new ReportCommand(terminal).Build();

    private Command Build()
    {
        var command = new Command("report", "Print what scanners found in an image. Exit code: 0 found, 1 nothing found, 2 bad input.")
        {
            _image, _scanner, _kind, _platform, _registry, _output,
        };
        _data.AddTo(command);
        command.SetAction((parsed, cancellationToken) => StoreCommand.RunAsync(_terminal, () => PrintAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> PrintAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        CheckKind(parsed);
        TransportNames.RefuseInLookUp(parsed.GetRequiredValue(_image));
        await using var store = await _data.OpenAsync(parsed, cancellationToken);
        var name = parsed.GetRequiredValue(_image);
        if (await ReportLookup.FindOfResourceAsync(store, name, cancellationToken) is { Count: > 0 } overAll)
            return await PrintAsync(parsed, store, name, overAll, cancellationToken);
        if (name.Contains('/', StringComparison.Ordinal) && !name.AsSpan(name.LastIndexOf('/')).ContainsAny(':', '@'))
        {
            if (await KnownNames.ImagesOfRepositoryAsync(store, name, cancellationToken) is { } ofRepository) throw new InputException(ofRepository);
            if (await KnownNames.ImagesOfResourceAsync(store, name, cancellationToken) is { } ofResource) return StoreCommand.Nothing(_terminal, ofResource);
            if (AskedWorkload.Meant(name) is { } workload)
                throw new InputException($"'{name}' names no image; of a workload tells 'registry-operator explain {workload} -f FILE'.");
            throw new InputException($"No repository '{name}' is known. {await KnownNames.DescribeAsync(store, name, tag: null, cancellationToken)}".TrimEnd());
        }

        var targets = ForPlatform(await ReportLookup.FindTargetsAsync(store, name, cancellationToken), parsed.GetValue(_platform));
        if (targets.Count == 0)
        {
            var (repository, tag, _) = ImageName.Parse(name);
            var known = await KnownNames.DescribeAsync(store, repository, tag, cancellationToken);
            return StoreCommand.Nothing(
                _terminal, $"No image '{name}' is known. {(known.Length > 0 ? known + " " : "")}'registry-operator search' finds images by what is in them.");
        }

        var reports = await ReportLookup.FindReportsAsync(store, targets, cancellationToken);
        var wanted = reports
            .Where(report => IsWanted(report.Report.Key.Kind, report.Report.Key.Scanner, parsed))
            .Where(report => parsed.GetValue(_registry) is not { } registry || ReportLookup.IsRegistry(report.Report.Key, registry))
            .ToList();
        if (wanted.Count == 0)
        {
            return StoreCommand.Nothing(_terminal, reports.Count == 0
                ? $"There is no report about {name}: it was not scanned yet, or its reports were deleted."
                : $"There is no such report about {name}. There are: {ReportChoice.Describe(reports)}.");
        }

        if (parsed.GetRequiredValue(_output) is var format && format == ReportFormats.Table)
        {
            await new ReportTable(_terminal, store, _kinds).WriteAsync(wanted, cancellationToken);
            // Most scanners scan platforms: a missing report about the index is not worth mentioning.
            foreach (var target in targets.Where(target => !target.IsIndex && wanted.TrueForAll(report => report.Target != target)))
                _terminal.WriteError($"notice: there is no such report about {target.Name} on {target.Platform ?? target.Digest.ToString()}.");
            return ExitCodes.Success;
        }

        var document = await ReportFormats.ReadAsync(store, wanted, format, cancellationToken);
        if (document is null) return StoreCommand.Nothing(_terminal, await ReportFormats.DescribeMissingAsync(store, wanted, format, cancellationToken));
        // Byte for byte as stored, without a trailing newline.
        _terminal.WriteDocument(document.Value.Span);
        return ExitCodes.Success;
    }

    private async Task<int> PrintAsync(
        ParseResult parsed, IReportStore store, string name, IReadOnlyList<ResourceReport> reports, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_platform) is { } platform)
            throw new InputException($"--platform {platform}: {name} is a Registry, and what was found over all its images has no platform.");
        var wanted = reports.Where(report => IsWanted(report.Key.Kind, report.Key.Scanner, parsed)).ToList();
        var output = new ResourceReportOutput(_terminal, store, _kinds);
        return await output.PrintAsync(name, reports, wanted, parsed.GetRequiredValue(_output), cancellationToken);
    }

    /// <summary>A scanner's own kind may have any name: only one that is near to another's is taken for a mistake.</summary>
    private void CheckKind(ParseResult parsed)
    {
        if (parsed.GetValue(_kind) is not { } kind) return;
        string[] names = [.. _kinds.All.Select(one => one.Kind.Name)];
        if (names.Contains(new ScannerKind(kind).Name, StringComparer.Ordinal)) return;
        var meant = NearestName.Find(kind, names) ?? Array.Find(names, name => kind.Length > 1 && name.StartsWith(kind, StringComparison.OrdinalIgnoreCase));
        if (meant is not null) throw new InputException($"{_kind.Name} {kind}: there is no such kind; did you mean {meant}? There are {Listed.Or(names)}.");
    }

    private static IReadOnlyList<ReportTarget> ForPlatform(IReadOnlyList<ReportTarget> targets, string? platform)
    {
        if (platform is null || targets.Count == 0) return targets;
        var some = targets.Where(target => ReportLookup.IsPlatform(target.Platform, platform)).ToList();
        if (some.Count > 0) return some;
        var there = targets.Where(target => !target.IsIndex).Select(target => target.Platform ?? "one of an unknown platform").Distinct();
        throw new InputException($"--platform {platform}: {targets[0].Name} has {string.Join(", ", there)}.");
    }

    private bool IsWanted(ScannerKind ofKind, string ofScanner, ParseResult parsed) =>
        (parsed.GetValue(_scanner) is not { } scanner || ofScanner.Equals(scanner, StringComparison.OrdinalIgnoreCase))
        && (parsed.GetValue(_kind) is not { } kind || ofKind == new ScannerKind(kind));
}
