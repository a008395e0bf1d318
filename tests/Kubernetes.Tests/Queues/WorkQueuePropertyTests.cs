using CsCheck;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Kubernetes.Queues;

namespace RegistryOperator.Kubernetes.Tests.Queues;

public sealed class WorkQueuePropertyTests
{
    private enum Step
    {
        Add,
        AddAfter,
        Take,
        Done,
        Advance,
    }

    [Fact]
    public void AnySequence_BehavesAsTheModel() =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 3], Gen.Int[1, 5]).List[0, 60].Sample(steps =>
        {
            var time = new FakeTimeProvider();
            using var queue = new WorkQueue<int>(time, new BackoffOptions());
            var model = new Model();
            foreach (var (step, key, seconds) in steps)
            {
                switch (step)
                {
                    case Step.Add:
                        queue.Add(key);
                        model.Add(key);
                        break;
                    case Step.AddAfter:
                        queue.AddAfter(key, TimeSpan.FromSeconds(seconds));
                        model.AddAfter(key, seconds);
                        break;
                    case Step.Take when model.Ready.Count > 0:
                        var taking = queue.TakeAsync(CancellationToken.None);
                        taking.IsCompletedSuccessfully.ShouldBeTrue();
                        taking.GetAwaiter().GetResult().ShouldBe(model.Take());
                        break;
                    case Step.Done when model.Processing.Contains(key):
                        queue.Done(key);
                        model.Done(key);
                        break;
                    case Step.Advance:
                        // Second by second: what is due at the same moment has no promised order in the model.
                        for (var second = 0; second < seconds; second++)
                        {
                            time.Advance(TimeSpan.FromSeconds(1));
                            model.AdvanceOneSecond();
                        }

                        break;
                    default:
                        break;
                }

                queue.Counts.ShouldBe(new WorkQueueCounts(model.Dirty.Count, model.Processing.Count, model.Due.Count, 0));
            }
        });

    [Fact]
    public async Task ManyWorkers_EveryKeyOnceAtATimeAndNothingLost()
    {
        const int Keys = 20;
        const int Versions = 500;
        using var queue = new WorkQueue<int>(TimeProvider.System, new BackoffOptions());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var wanted = new int[Keys];
        var seen = new int[Keys];
        var busy = new int[Keys];
        var overlaps = 0;

        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var key = await queue.TakeAsync(stop.Token);
                if (Interlocked.Increment(ref busy[key]) > 1) Interlocked.Increment(ref overlaps);
                Volatile.Write(ref seen[key], Volatile.Read(ref wanted[key]));
                await Task.Yield();
                Interlocked.Decrement(ref busy[key]);
                queue.Done(key);
            }
        })).ToList();
        await Parallel.ForAsync(0, Versions * Keys, stop.Token, (i, _) =>
        {
            Interlocked.Increment(ref wanted[i % Keys]);
            if (i % 3 == 0) queue.AddAfter(i % Keys, TimeSpan.FromMilliseconds(i % 2));
            else queue.Add(i % Keys);
            return ValueTask.CompletedTask;
        });

        // Every key's last version was seen: no addition was lost, whatever state the key was in.
        await Fakes.Wait.UntilAsync(() => seen.SequenceEqual(wanted) && seen[0] == Versions);
        overlaps.ShouldBe(0);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(Task.WhenAll(workers));
    }

    /// <summary>The queue as one would write it without threads, timers or speed.</summary>
    private sealed class Model
    {
        private int _now;
        private int _sequence;

        public List<int> Ready { get; } = [];

        public HashSet<int> Dirty { get; } = [];

        public HashSet<int> Processing { get; } = [];

        public Dictionary<int, (int At, int Sequence)> Due { get; } = [];

        public void Add(int key)
        {
            Due.Remove(key);
            if (Dirty.Add(key) && !Processing.Contains(key)) Ready.Add(key);
        }

        public void AddAfter(int key, int seconds)
        {
            if (!Dirty.Contains(key) && (!Due.TryGetValue(key, out var due) || due.At > _now + seconds))
                Due[key] = (_now + seconds, _sequence++);
        }

        public int Take()
        {
            var key = Ready[0];
            Ready.RemoveAt(0);
            Dirty.Remove(key);
            Processing.Add(key);
            return key;
        }

        public void Done(int key)
        {
            Processing.Remove(key);
            if (Dirty.Contains(key)) Ready.Add(key);
        }

        public void AdvanceOneSecond()
        {
            _now++;
            foreach (var (key, _) in Due.Where(pair => pair.Value.At <= _now).OrderBy(pair => pair.Value.Sequence).ToList())
                Add(key);
        }
    }
}
