using System.Collections.Concurrent;
using IdentityPlatform.EventDoor.Tickets;

namespace IdentityPlatform.Verifier.Tests.EventDoor;

/// <summary>The list of used tickets, on disk and between doors, and the races for one ticket.</summary>
public sealed class TicketDeskTests : IDisposable
{
    private const string Ticket = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Visit = "00112233445566778899aabbccddeeff";
    private const string OtherVisit = "ffeeddccbbaa99887766554433221100";

    private readonly string _directory = Directory.CreateTempSubdirectory("tickets-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_ticket_is_used_once_and_the_same_visit_may_ask_again()
    {
        using var used = UsedTickets.Open(At("used.txt"));
        Assert.True(used.TryUse(new(Ticket, Visit)));
        Assert.True(used.TryUse(new(Ticket, Visit)));
        Assert.False(used.TryUse(new(Ticket, OtherVisit)));
        Assert.Equal(1, used.Count);
    }

    [Fact]
    public void What_was_used_is_on_disk_and_holds_after_the_file_is_opened_again()
    {
        using (var used = UsedTickets.Open(At("used.txt")))
        {
            Assert.True(used.TryUse(new(Ticket, Visit)));
            Assert.Equal($"{Ticket} {Visit}\n", Read("used.txt"));
        }

        using var again = UsedTickets.Open(At("used.txt"));
        Assert.True(again.Knows(Ticket));
        Assert.False(again.TryUse(new(Ticket, OtherVisit)));
    }

    [Fact]
    [Trait("Fault", "killed process")]
    public void A_line_that_a_crash_left_unfinished_is_cut_off()
    {
        File.WriteAllText(At("used.txt"), $"{Ticket} {Visit}\n{new string('a', 40)}");
        using var used = UsedTickets.Open(At("used.txt"));
        Assert.Equal(1, used.Count);
        Assert.True(used.TryUse(new(new string('b', 64), Visit)));
        Assert.Equal($"{Ticket} {Visit}\n{new string('b', 64)} {Visit}\n", Read("used.txt"));
    }

    [Fact]
    public void A_damaged_list_stops_the_door()
    {
        File.WriteAllText(At("used.txt"), $"{Ticket} {Visit}\n".Replace('0', 'Z'));
        Assert.Throws<InvalidDataException>(() => UsedTickets.Open(At("used.txt")));
    }

    [Fact]
    public async Task Of_many_visitors_with_one_ticket_one_enters()
    {
        using var desk = new TicketDesk(At("one"), null, admitsAlone: false);
        var uses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => desk.UseAsync(Ticket, CancellationToken.None))));
        Assert.Equal(1, uses.Count(use => use == TicketUse.First));
        Assert.Equal(49, uses.Count(use => use == TicketUse.Again));
    }

    [Fact]
    public async Task Of_many_visitors_at_several_doors_one_enters_with_each_ticket()
    {
        using var keeper = new Keeper(At("keeper"));
        using var one = new TicketDesk(At("one"), keeper, admitsAlone: false);
        using var two = new TicketDesk(At("two"), keeper, admitsAlone: true);
        TicketDesk[] doors = [one, two];
        var entered = new ConcurrentDictionary<string, int>();
        await Parallel.ForAsync(0, 400, async (at, ct) =>
        {
            var ticket = Handle(at % 25);
            if (await doors[at % 2].UseAsync(ticket, ct) == TicketUse.First)
            {
                entered.AddOrUpdate(ticket, 1, (_, times) => times + 1);
            }
        });
        Assert.Equal(25, entered.Count);
        Assert.All(entered.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    [Trait("Fault", "network away")]
    public async Task An_answer_that_was_lost_does_not_keep_its_visitor_out()
    {
        using var keeper = new Keeper(At("keeper")) { LosesAnswers = true };
        using var door = new TicketDesk(At("door"), keeper, admitsAlone: false);
        Assert.Equal(TicketUse.Unknown, await door.UseAsync(Ticket, CancellationToken.None));
        Assert.True(door.IsAlone);
        keeper.LosesAnswers = false;
        Assert.Equal(TicketUse.First, await door.UseAsync(Ticket, CancellationToken.None));
        Assert.Equal(TicketUse.Again, await door.UseAsync(Ticket, CancellationToken.None));
        Assert.False(door.IsAlone);
    }

    [Fact]
    [Trait("Fault", "network away")]
    public async Task Doors_that_are_apart_and_let_people_in_count_afterwards_who_entered_twice()
    {
        using var keeper = new Keeper(At("keeper"));
        using var one = new TicketDesk(At("one"), keeper, admitsAlone: true);
        using var two = new TicketDesk(At("two"), keeper, admitsAlone: true);
        keeper.IsAway = true;
        Assert.Equal(TicketUse.First, await one.UseAsync(Ticket, CancellationToken.None));
        Assert.Equal(TicketUse.Again, await one.UseAsync(Ticket, CancellationToken.None));
        Assert.Equal(TicketUse.First, await two.UseAsync(Ticket, CancellationToken.None));
        Assert.Equal(TicketUse.First, await two.UseAsync(Handle(1), CancellationToken.None));
        await one.MeetKeeperAsync(CancellationToken.None);
        Assert.True(one.IsAlone);

        keeper.IsAway = false;
        await one.MeetKeeperAsync(CancellationToken.None);
        await two.MeetKeeperAsync(CancellationToken.None);
        await two.MeetKeeperAsync(CancellationToken.None);
        Assert.Equal((0, 1), (one.Twice, two.Twice));
        Assert.False(two.IsAlone);
        await one.MeetKeeperAsync(CancellationToken.None);
        Assert.Equal(TicketUse.Again, await one.UseAsync(Handle(1), CancellationToken.None));
    }

    [Fact]
    [Trait("Fault", "network away")]
    public async Task A_door_that_is_alone_knows_what_others_used_before()
    {
        using var keeper = new Keeper(At("keeper"));
        using var door = new TicketDesk(At("door"), keeper, admitsAlone: true);
        Assert.True(await keeper.UseAsync(new(Ticket, OtherVisit), CancellationToken.None));
        await door.MeetKeeperAsync(CancellationToken.None);
        keeper.IsAway = true;
        Assert.Equal(TicketUse.Again, await door.UseAsync(Ticket, CancellationToken.None));
    }

    [Fact]
    [Trait("Fault", "killed process")]
    public async Task Who_was_let_in_alone_is_reported_after_a_restart_too()
    {
        using var keeper = new Keeper(At("keeper")) { IsAway = true };
        using (var door = new TicketDesk(At("door"), keeper, admitsAlone: true))
        {
            Assert.Equal(TicketUse.First, await door.UseAsync(Ticket, CancellationToken.None));
        }

        // As a crash between the two files leaves it.
        File.Delete(Path.Combine(At("door"), "used.txt"));
        keeper.IsAway = false;
        using var again = new TicketDesk(At("door"), keeper, admitsAlone: true);
        Assert.Equal(TicketUse.Again, await again.UseAsync(Ticket, CancellationToken.None));
        await again.MeetKeeperAsync(CancellationToken.None);
        Assert.False(await keeper.UseAsync(new(Ticket, OtherVisit), CancellationToken.None));
        Assert.Equal(0, again.Twice);
    }

    private static string Handle(int number) => number.ToString("x64", System.Globalization.CultureInfo.InvariantCulture);

    private string At(string name) => Path.Combine(_directory, name);

    private string Read(string name)
    {
        using var file = new StreamReader(new FileStream(At(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return file.ReadToEnd();
    }

    // A keeper in this process, with a network that can be cut and one that loses answers.
    private sealed class Keeper(string directory) : IKeeper, IDisposable
    {
        private readonly UsedTickets _used = UsedTickets.Open(Path.Combine(directory, "used.txt"));

        public bool IsAway { get; set; }

        public bool LosesAnswers { get; set; }

        public async Task<bool?> UseAsync(UsedTicket ticket, CancellationToken ct)
        {
            await Task.Yield();
            var first = IsAway ? (bool?)null : _used.TryUse(ticket);
            return LosesAnswers ? null : first;
        }

        public Task<IReadOnlyList<UsedTicket>?> UsedAfterAsync(int count, CancellationToken ct) =>
            Task.FromResult(IsAway ? null : _used.After(count, KeeperLimits.Batch));

        public void Dispose() => _used.Dispose();
    }
}
