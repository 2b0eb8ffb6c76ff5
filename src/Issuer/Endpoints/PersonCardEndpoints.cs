using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Pages;
using IdentityPlatform.Issuer.Patents;
using IdentityPlatform.Issuer.People;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>A person's card: collect, report lost, ask for another, renew, give back, object.</summary>
internal sealed class PersonCardEndpoints(
    Cards cards, CardOrders orders, CardOrderRows rows, OfferService offers, PatentRegister patents, PatentOrders patentOrders, Reminders reminders, GuardianDisputes disputes, Deployment deployment, TimeProvider time)
{
    private const string Home = "/card";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Home, PersonEndpoints.ForPage(ShowAsync));
        app.MapPost("/card/offer", PersonEndpoints.ForAct(OfferAsync)).RequireSameOrigin();
        app.MapPost("/card/lost", PersonEndpoints.ForAct((http, person, sent) => ActAsync(http, person, sent, new CardEvent.ReportLoss()))).RequireSameOrigin();
        app.MapPost("/card/revoke", PersonEndpoints.ForAct((http, person, sent) => ActAsync(http, person, sent, new CardEvent.RevokeByHolder()))).RequireSameOrigin();
        app.MapPost("/card/replacement", PersonEndpoints.ForAct(ReplaceAsync)).RequireSameOrigin();
        app.MapPost("/card/renew", PersonEndpoints.ForAct(RenewAsync)).RequireSameOrigin();
        app.MapPost("/card/objection", PersonEndpoints.ForAct(ObjectAsync)).RequireSameOrigin();
        app.MapPost("/card/appeal", PersonEndpoints.ForAct(AppealAsync)).RequireSameOrigin();
    }

    /// <summary>True when the holder may have another card without a new visit: the old one is lost, not given back and not taken.</summary>
    public static bool MayBeReplaced(Card card) =>
        card is { State: CardState.Suspended, Suspension: SuspensionReason.Loss } or { State: CardState.Revoked, Ground: RevocationGround.KeyCompromise };

    private async Task<IResult> ShowAsync(HttpContext http, PersonSession person)
    {
        var card = await MineAsync(http, person, null);
        var paid = card is not null && deployment.TypeOf(card.Type).IsPaid ? await patents.FindOfCardAsync(card, http.RequestAborted) : null;
        if (!DeskAnswers.WantsPage(http))
        {
            return card is null ? DeskAnswers.Json(StatusCodes.Status404NotFound, ("error", "not_found")) : AsJson(card, paid?.Patent, time.GetUtcNow());
        }

        var order = card?.State == CardState.Revoked ? (await rows.OfCardAsync(card.Id, http.RequestAborted)).FirstOrDefault(one => one.EndsCard) : null;
        return DeskAnswers.Page<CardPage>(
            (nameof(CardPage.Card), card), (nameof(CardPage.Type), card is null ? deployment.Types[0] : deployment.TypeOf(card.Type)), (nameof(CardPage.Order), order),
            (nameof(CardPage.Norm), order is { Kind: CardOrderKind.Annul } && await patentOrders.ContentAsync(order, http.RequestAborted) is { } cited ? CitedNorm.Read(cited).Text : null), (nameof(CardPage.Now), time.GetUtcNow()),
            (nameof(CardPage.Deployment), deployment), (nameof(CardPage.Paid), paid),
            (nameof(CardPage.Frozen), await IsFrozenAsync(card, http.RequestAborted)),
            (nameof(CardPage.Reminders), await reminders.OfPersonAsync(person.PersonId, http.RequestAborted)),
            (nameof(CardPage.Others), (await cards.AllOfPersonAsync(person.PersonId, http.RequestAborted)).Where(other => other.Id != card?.Id).ToList()));
    }

    private static IResult AsJson(Card card, Patent? patent, DateTimeOffset now) => DeskAnswers.Json(StatusCodes.Status200OK, writer =>
    {
        writer.WriteString("id", card.Id);
        writer.WriteString("state", card.State.Word());
        if (card.Until is { } until)
        {
            writer.WriteNumber("until", until.ToUnixTimeSeconds());
        }

        if (card.Expires is { } last)
        {
            writer.WriteString("expires", CaseRow.DayText(last));
        }

        if (card.Ground is { } ground)
        {
            writer.WriteString("ground", ground.Word());
        }

        writer.WriteBoolean("may_renew", patent is null && card.MayBeRenewed(now));
        if (patent is not null)
        {
            writer.WriteString("patent", patent.State.ToString().ToLowerInvariant());
        }

        if (patent?.Term is { } term)
        {
            writer.WriteString("paid_until", CaseRow.DayText(term.PaidUntil));
        }
    });

    private async Task<IResult> OfferAsync(HttpContext http, PersonSession person, DeskSubmission sent)
    {
        var ct = http.RequestAborted;
        if (await MineAsync(http, person, sent) is not { State: CardState.Approved or CardState.Offered or CardState.Active } card)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.WrongState);
        }

        if (!await patents.IsPaidAsync(card, ct))
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.NotPaid);
        }

        var offer = await offers.OfferAsync(person.PersonId, card.Id, deployment.TypeOf(card.Type), ct);
        if (card.State != CardState.Active
            && await cards.ApplyAsync(card, new CardEvent.Offer(offer.ExpiresAt), new Actor.Holder(person.PersonId), ct) is CardTransition.Declined declined)
        {
            return DeskAnswers.Declined(http, sent, declined.Why);
        }

        return sent.IsForm ? DeskAnswers.Page<OfferPage>((nameof(OfferPage.Offer), offer)) : AsJson(offer);
    }

    /// <summary>An offer for a program.</summary>
    public static IResult AsJson(CardOffer offer) => DeskAnswers.Json(StatusCodes.Status200OK, writer =>
    {
        writer.WriteString("credential_offer", offer.Json);
        writer.WriteString("credential_offer_uri", offer.Uri);
        writer.WriteString("link", offer.LinkByReference);
        writer.WriteNumber("expires_at", offer.ExpiresAt.ToUnixTimeSeconds());
        if (offer.TransactionCode is { } code)
        {
            writer.WriteString("tx_code", code);
        }
    });

    private async Task<IResult> ActAsync(HttpContext http, PersonSession person, DeskSubmission sent, CardEvent happened)
    {
        if (await MineAsync(http, person, sent) is not { } card)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.WrongState);
        }

        return await cards.ApplyAsync(card, happened, new Actor.Holder(person.PersonId), http.RequestAborted) is CardTransition.Declined declined
            ? DeskAnswers.Declined(http, sent, declined.Why)
            : await AnswerAsync(http, person, sent);
    }

    private async Task<IResult> ReplaceAsync(HttpContext http, PersonSession person, DeskSubmission sent)
    {
        var ct = http.RequestAborted;
        if (await MineAsync(http, person, sent) is not { } card || !MayBeReplaced(card))
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.WrongState);
        }

        if (await disputes.WhyNotIssueAsync(card.PersonId, card.Type, card.Slot, ct) is var frozen && frozen != DeskRefusal.None)
        {
            return DeskAnswers.Declined(http, sent, frozen);
        }

        // Asking for another card says that this one stays lost; that cannot be taken back.
        if (card.State == CardState.Suspended
            && await cards.ApplyAsync(card, new CardEvent.ConfirmLoss(), new Actor.Holder(person.PersonId), ct) is CardTransition.Declined declined)
        {
            return DeskAnswers.Declined(http, sent, declined.Why);
        }

        return await cards.ReplaceAsync(card, new Actor.Holder(person.PersonId), ct) ? await AnswerAsync(http, person, sent) : DeskAnswers.Declined(http, sent, DeskRefusal.AlreadyThere);
    }

    private async Task<IResult> RenewAsync(HttpContext http, PersonSession person, DeskSubmission sent)
    {
        var ct = http.RequestAborted;
        if (await MineAsync(http, person, sent) is not { } card || deployment.Types[0].IsPaid)
        {
            // What is paid for is prolonged by paying.
            return DeskAnswers.Declined(http, sent, DeskRefusal.WrongState);
        }

        if (await disputes.WhyNotIssueAsync(card.PersonId, card.Type, card.Slot, ct) is var frozen && frozen != DeskRefusal.None)
        {
            return DeskAnswers.Declined(http, sent, frozen);
        }

        return await cards.RenewAsync(card, new Actor.Holder(person.PersonId), ct) is CardTransition.Declined declined
            ? DeskAnswers.Declined(http, sent, declined.Why)
            : await AnswerAsync(http, person, sent);
    }

    private async Task<bool> IsFrozenAsync(Card? card, CancellationToken ct) =>
        card is { IsRepresentation: true } && await disputes.WhyNotIssueAsync(card.PersonId, card.Type, card.Slot, ct) == DeskRefusal.Frozen;

    // Who acts for a child objects to anything new about it. It is known about which child by the account that officers signed for.
    private async Task<IResult> ObjectAsync(HttpContext http, PersonSession person, DeskSubmission sent)
    {
        var ct = http.RequestAborted;
        if (await MineAsync(http, person, sent) is not { IsRepresentation: true, State: CardState.Approved or CardState.Offered or CardState.Active or CardState.Suspended } card)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.NotYourCase);
        }

        var why = await disputes.ObjectAsync(
            card.Slot, new DisputeEvent.Objection(card.Slot), new Actor.Holder(person.PersonId), await disputes.ChildOfAsync(card, ct), person.PersonId, ct);
        return why == DeskRefusal.None ? await AnswerAsync(http, person, sent) : DeskAnswers.Declined(http, sent, why);
    }

    private async Task<IResult> AppealAsync(HttpContext http, PersonSession person, DeskSubmission sent)
    {
        var ct = http.RequestAborted;
        if (await MineAsync(http, person, sent) is not { } card)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.WrongState);
        }

        var why = await orders.AppealAsync(card, new Actor.Holder(person.PersonId), ct);
        return why == DeskRefusal.None ? await AnswerAsync(http, person, sent) : DeskAnswers.Declined(http, sent, why);
    }

    private async Task<IResult> AnswerAsync(HttpContext http, PersonSession person, DeskSubmission sent)
    {
        var card = (await MineAsync(http, person, sent))!;
        var location = card is { Type: "", Slot: "" } ? Home : $"{Home}?number={card.ApplicationId}";
        return DeskAnswers.Done(sent, location, ("id", card.Id), ("state", card.State.Word()));
    }

    // A person's own card, or what they name by its case: of a case that is another's nothing is found.
    private async Task<Card?> MineAsync(HttpContext http, PersonSession person, DeskSubmission? sent)
    {
        var number = sent is null ? (string?)http.Request.Query["number"] : sent.Text("number");
        var card = string.IsNullOrEmpty(number)
            ? await cards.FindOfPersonAsync(person.PersonId, http.RequestAborted)
            : await cards.FindOfApplicationAsync(number, http.RequestAborted);
        return card?.PersonId == person.PersonId ? card : null;
    }
}
