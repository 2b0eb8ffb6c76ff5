namespace IdentityPlatform.Issuer.Desk;

/// <summary>Why the desk does not do what was asked.</summary>
public enum DeskRefusal
{
    /// <summary>Nothing was refused.</summary>
    None,

    /// <summary>The case is in no state for it.</summary>
    WrongState,

    /// <summary>Another person's case.</summary>
    NotYourCase,

    /// <summary>The officer's role does not allow it.</summary>
    NotYourRole,

    /// <summary>The case is another centre's.</summary>
    OtherCentre,

    /// <summary>The appointment is for another day.</summary>
    OtherDay,

    /// <summary>The applicant has not agreed.</summary>
    ConsentMissing,

    /// <summary>The day is past, or too far away.</summary>
    DayNotOpen,

    /// <summary>The appointment was moved three times.</summary>
    TooManyReschedules,

    /// <summary>The appointment's day has not passed yet.</summary>
    NotMissedYet,

    /// <summary>Half a year has not passed yet.</summary>
    NotIdleYet,

    /// <summary>A step of the proofing has no result, or one that it cannot have.</summary>
    ProofingIncomplete,

    /// <summary>A required step of the proofing did not pass.</summary>
    ProofingNotPassed,

    /// <summary>The document belongs to somebody who has a live card.</summary>
    DuplicateDocument,

    /// <summary>The same officer has acted on the case: a decision takes two people.</summary>
    SameOfficer,

    /// <summary>The officer and the applicant are related, or share a family name.</summary>
    Related,

    /// <summary>The first officer was against it: nobody issues on one officer's word.</summary>
    NeedsTwoInFavour,

    /// <summary>The refusal needs one of the closed grounds.</summary>
    GroundMissing,

    /// <summary>The time for an appeal has passed.</summary>
    TooLate,

    /// <summary>The second officer is missing.</summary>
    SecondOfficerMissing,

    /// <summary>Somebody else changed the case at the same moment.</summary>
    ChangedMeanwhile,

    /// <summary>The officer was asked about other data, or the question has ended.</summary>
    AskAgain,

    /// <summary>The assertion does not hold.</summary>
    AssertionInvalid,

    /// <summary>The person has a live card, or an application under way.</summary>
    AlreadyThere,

    /// <summary>What was sent cannot be read.</summary>
    BadRequest,

    /// <summary>The time for it has not come.</summary>
    TooEarly,

    /// <summary>The holder has died: nobody opens the file any more.</summary>
    Sealed,

    /// <summary>The document is not the one that the case was proofed with.</summary>
    DocumentDiffers,

    /// <summary>It is not paid for today.</summary>
    NotPaid,

    /// <summary>Who acts for another has a live card first.</summary>
    CardNeeded,

    /// <summary>There is no child's card of this number.</summary>
    ChildUnknown,

    /// <summary>Names or birth date are not those of the child's card, or it has ended.</summary>
    RepresentedDiffers,

    /// <summary>No photograph that is kept: another format, too large or too small, or more in it than the picture.</summary>
    PhotoUnfit,

    /// <summary>The child is not 14 yet.</summary>
    NotHeardYet,

    /// <summary>The card is not printed: its type is not, or there is no photograph with which a face could be compared.</summary>
    NotPrinted,

    /// <summary>Another agreement has one of the regions on one of the days.</summary>
    RegionTaken,

    /// <summary>A guardian objects: nothing new is issued about the child until a court or the agency has decided.</summary>
    Frozen,

    /// <summary>The signer does not answer, or no key signs.</summary>
    NotNow,
}
