using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Pages;
using IdentityPlatform.Issuer.Patents;
using static IdentityPlatform.Issuer.Endpoints.ApiDescriptions;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>What officers do about a card: block it on a suspicion or end it, by two; unblock it; hear an objection.</summary>
internal sealed class DeskCardEndpoints(
    Cards cards, CardOrders orders, PatentOrders patentOrders, CardOrderRows rows, PatentRegister patents, GuardianDisputes disputes, DocumentNumbers numbers,
    Catalogue.Deployment deployment)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/desk/card", DeskEndpoints.ForPage(FindAsync))
            .Says<Nothing>("Goes to the card of a case, by ?number=.");
        app.MapGet("/desk/cases/{id}/card", DeskEndpoints.ForPage(ShowAsync))
            .Says<ApiDescriptions.Card>("The card of a case and the order that waits. Looking is written into the holder's log.");
        app.MapPost("/desk/cases/{id}/card/orders/options", DeskEndpoints.ForCardAct(AskAsync))
            .Says<CardStep, Question>("Asks the officer's passkey for a word about the card.").RequireSameOrigin();
        app.MapPost("/desk/cases/{id}/card/orders", DeskEndpoints.ForCardAct(AnswerAsync))
            .Says<Answer, Moved>("The word, as an assertion over its hash.").RequireSameOrigin();
        app.MapPost("/desk/cases/{id}/card/clear", DeskEndpoints.ForCardAct(ClearAsync))
            .Says<PresentedDocument, Moved>("Unblocks the card; an operator names the document, a supervisor nothing.").RequireSameOrigin();
        app.MapPost("/desk/cases/{id}/card/objection", DeskEndpoints.ForCardAct(ObjectAsync))
            .Says<Nothing, Moved>("A guardian of the child is there and objects: nothing new is issued about the child.").RequireSameOrigin();
    }

    // A guardian who holds nothing here comes to a centre. An operator alone may write it down: it takes nothing from anybody.
    private async Task<IResult> ObjectAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent)
    {
        var ct = http.RequestAborted;
        if (await cards.FindOfApplicationAsync(found.Id, ct) is not { } card || await disputes.FindOfChildAsync(found, ct) is not { } dispute)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.WrongState);
        }

        var why = await disputes.ObjectAsync(dispute.Slot, new DisputeEvent.Objection(null), officer.AsActor(), card.PersonId, null, ct);
        return why == DeskRefusal.None ? await DoneAsync(found, sent, ct) : DeskAnswers.Declined(http, sent, why);
    }

    // The number comes from the holder: there is nothing to look a card up by.
    private static Task<IResult> FindAsync(HttpContext http, Officer officer)
    {
        var number = http.Request.Query["number"] is [{ } text] ? text.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant() : "";
        return Task.FromResult(People.CaseNumbers.IsOne(number)
            ? DeskAnswers.SeeOther($"/desk/cases/{number}/card")
            : DeskAnswers.Declined(http, DeskAnswers.WantsPage(http), DeskRefusal.OtherCentre));
    }

    private async Task<IResult> ShowAsync(HttpContext http, Officer officer)
    {
        var ct = http.RequestAborted;
        var (found, why) = await DeskEndpoints.OpenCardAsync(http, officer);
        if (found is null || await cards.FindOfApplicationAsync(found.Id, ct) is not { } card)
        {
            return DeskAnswers.Declined(http, DeskAnswers.WantsPage(http), found is null ? why : DeskRefusal.WrongState);
        }

        await DeskEndpoints.LogReadAsync(http, officer, found, "card.read");
        var waiting = (await rows.OfCardAsync(card.Id, ct)).FirstOrDefault(order => order.State is CardOrderState.Proposed or CardOrderState.Appealed);
        var (type, dispute) = (deployment.TypeOf(card.Type), await disputes.FindOfChildAsync(found, ct));
        return DeskAnswers.WantsPage(http)
            ? DeskAnswers.Page<DeskCardPage>(
                (nameof(DeskCardPage.Officer), officer), (nameof(DeskCardPage.CaseId), found.Id), (nameof(DeskCardPage.Card), card), (nameof(DeskCardPage.Order), waiting),
                (nameof(DeskCardPage.Type), type), (nameof(DeskCardPage.Dispute), dispute),
                (nameof(DeskCardPage.HasPhotograph), found.HasPhotograph(type)),
                (nameof(DeskCardPage.Content), waiting is not null && officer.Role != OfficerRole.Operator ? await patentOrders.ContentAsync(waiting, ct) : null),
                (nameof(DeskCardPage.Patent), type.IsPaid ? (await patents.FindOfCardAsync(card, ct))?.Patent.State : null))
            : DeskAnswers.Json(StatusCodes.Status200OK, writer =>
            {
                writer.WriteString("id", found.Id);
                writer.WriteString("state", card.State.Word());
                if (dispute?.State == DisputeState.FrozenNew)
                {
                    writer.WriteBoolean("frozen", true);
                }

                if (waiting is not null)
                {
                    writer.WriteString("order", waiting.Id);
                    writer.WriteString("order_state", waiting.State.Word());
                }
            });
    }

    private async Task<IResult> AskAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent)
    {
        var ct = http.RequestAborted;
        var step = CardOrderWords.FindStep(sent.Text("step"));
        if (step is CardOrderStep.None or CardOrderStep.Appeal || await cards.FindOfApplicationAsync(found.Id, ct) is not { } card)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.BadRequest);
        }

        if (await AskAboutPatentAsync(found, card, step, officer, sent, ct) is { } start)
        {
            return DeskAnswers.Question(http, sent, start);
        }

        var order = step == CardOrderStep.Propose
            ? orders.New(found, card, officer, sent.Text("kind"), sent.Text("ground"))
            : await rows.FindAsync(sent.Text("order") ?? "", ct);
        if (order is null || order.CardId != card.Id)
        {
            return DeskAnswers.Declined(http, sent, step == CardOrderStep.Propose ? DeskRefusal.GroundMissing : DeskRefusal.WrongState);
        }

        return DeskAnswers.Question(http, sent, await orders.AskAsync(found, card, order, step, officer, ct));
    }

    // What is said about a patent has documents of its own; an objection to it is heard as about every card. Null for all else.
    private async Task<DecisionStart?> AskAboutPatentAsync(DeskCase found, Desk.Card card, CardOrderStep step, Officer officer, DeskSubmission sent, CancellationToken ct)
    {
        if (step == CardOrderStep.Propose)
        {
            var kind = CardOrderWords.FindKind(sent.Text("kind"));
            return kind == CardOrderKind.Annul ? await patentOrders.ProposeAnnulmentAsync(found, card, sent.Text("norm"), officer, ct)
                : kind == CardOrderKind.Amend ? await patentOrders.ProposeAmendmentAsync(found, card, sent.Json.ObjectMember("amended") ?? sent.Json, officer, ct)
                : null;
        }

        return step is CardOrderStep.Confirm or CardOrderStep.Decline
            && await rows.FindAsync(sent.Text("order") ?? "", ct) is { Kind: CardOrderKind.Annul or CardOrderKind.Amend } order && order.CardId == card.Id
            ? await patentOrders.AskAsync(found, card, order, step, officer, ct)
            : null;
    }

    private async Task<IResult> AnswerAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent)
    {
        var ct = http.RequestAborted;
        if (sent.Text("decision") is not { } handle || sent.Json.ObjectMember("credential") is not { } credential
            || await cards.FindOfApplicationAsync(found.Id, ct) is not { } card)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.BadRequest);
        }

        var why = await patentOrders.AnswerAsync(found, card, handle, credential.GetRawText(), officer, ct)
            ?? await orders.AnswerAsync(found, card, handle, credential.GetRawText(), officer, ct);
        return why == DeskRefusal.None ? await DoneAsync(found, sent, ct) : DeskAnswers.Declined(http, sent, why);
    }

    // Whoever brings a lost card back proves to be its holder with the document of the application; B needs no visit.
    private async Task<IResult> ClearAsync(HttpContext http, Officer officer, DeskCase found, DeskSubmission sent)
    {
        var ct = http.RequestAborted;
        if (await cards.FindOfApplicationAsync(found.Id, ct) is not { } card)
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.WrongState);
        }

        if (found.Claims is { } claims && Kinship.SharesFamilyName(claims.Claims, officer.Name))
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.Related);
        }

        if (officer.Role == OfficerRole.Operator
            && (await numbers.ReadAsync(sent.Text("document"), sent.Text("issuing_state"), sent.Text("document_number"), ct) is not { } document || document.Hash != found.DocumentHash))
        {
            return DeskAnswers.Declined(http, sent, DeskRefusal.DocumentDiffers);
        }

        return await cards.ApplyAsync(card, new CardEvent.Clear(), officer.AsActor(), ct) is CardTransition.Declined declined
            ? DeskAnswers.Declined(http, sent, declined.Why)
            : await DoneAsync(found, sent, ct);
    }

    // A holder who has died has no page any more.
    private async Task<IResult> DoneAsync(DeskCase found, DeskSubmission sent, CancellationToken ct)
    {
        var card = (await cards.FindOfApplicationAsync(found.Id, ct))!;
        return DeskAnswers.Done(sent, card.State == CardState.ClosedDeceased ? "/desk" : $"/desk/cases/{found.Id}/card", ("id", found.Id), ("state", card.State.Word()));
    }
}
