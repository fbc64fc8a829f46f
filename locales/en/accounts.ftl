# Signing in, one's own account, the team.

accounts-role-owner = Owner
accounts-role-manager = Manager
accounts-role-receptionist = Receptionist
accounts-role-provider = Provider

accounts-sign-in-title = Staff sign-in
accounts-sign-in = Sign in
accounts-sign-in-help = Lost your password? The owner can make you a link to set a new one.
accounts-sign-in-wrong = Mail address or password is wrong.
accounts-too-many = { $minutes ->
    [one] Too many attempts failed. Please try again in one minute.
   *[other] Too many attempts failed. Please try again in { $minutes } minutes.
}
accounts-form-old = The page was open for too long. Please sign in again.
accounts-to-sign-in = To the sign-in page

accounts-email = Mail address
accounts-email-wrong = Please enter a mail address such as ana@example.com.
accounts-email-taken = Somebody signs in with this mail address already.
accounts-name = Name
accounts-name-wrong = Please enter a name of at most 60 characters, without web addresses.
accounts-your-name = Your name
accounts-your-email = Your mail address
accounts-password = Password
accounts-password-hint = At least 10 characters. A few words with spaces are fine.
accounts-password-again = The same password again
accounts-password-new = New password
accounts-password-old = Current password
accounts-password-old-wrong = This is not your current password.
accounts-password-change = Change password
accounts-password-changed = Your password was changed. Other devices were signed out.
accounts-password-too-short = Please use at least { $characters } characters.
accounts-password-too-long = Please use at most { $characters } characters.
accounts-password-too-common = This password is one of the first that others would try. Please choose another one.
accounts-password-differs = The two passwords differ.

accounts-first-run-title = Welcome to Rebook
accounts-first-run-lead = Nobody can sign in yet. This makes you the owner of the clinic; everything else is set up afterwards.
accounts-first-run-send = Create the clinic
accounts-clinic = Name of the clinic
accounts-clinic-wrong = Please enter a name of at most 80 characters.
accounts-currency = Currency of its prices
accounts-currency-wrong = Please choose one of the currencies.

accounts-link-title = Set your password
accounts-link-invite = Hello { $name }, you have been added to the team of { $clinic }. Choose a password to sign in.
accounts-link-reset = Hello { $name }, choose a new password. You will be signed out on all devices.
accounts-link-send = Save and sign in
accounts-link-void-title = This link is no longer valid
accounts-link-void = Links to set a password work once and for 30 minutes. Ask the owner for a new one.

accounts-me-title = My account
accounts-language = Language
accounts-language-of-pages = Language of my pages
accounts-language-changed = The language was changed.
accounts-save = Save
accounts-sessions = Signed in
accounts-signed-in-as = You are signed in as { $email }.
accounts-sign-out-everywhere = Sign out on all devices

accounts-team-title = Team
accounts-team-people = People
accounts-team-actions = Actions
accounts-role = Role
accounts-role-wrong = Please choose a role.
accounts-state = State
accounts-state-active = Active
accounts-state-invited = Invited, no password yet
accounts-state-disabled = Disabled
accounts-team-disable = Disable
accounts-team-disable-name = Disable { $name }
accounts-team-disabled = The person can no longer sign in.
accounts-team-enable = Enable
accounts-team-enable-name = Enable { $name }
accounts-team-enabled = The person can sign in again.
accounts-team-last-owner = The last owner cannot be disabled: nobody could let the others in.
accounts-team-make-link = Password link
accounts-team-make-link-name = Make a password link for { $name }
accounts-team-link-title = Link for { $name }
accounts-team-link-lead = Hand this link over in person or by a safe way. It works once, for { $minutes } minutes, and is shown only here.
accounts-team-link = Link to set the password
accounts-team-add = Add somebody
accounts-team-add-send = Add
accounts-team-added = { $name } was added.
accounts-team-no-provider = None
accounts-provider = Which provider
accounts-provider-hint = Only for the role Provider: whose agenda it is.
accounts-provider-needed = Please choose which provider this person is.
accounts-provider-wrong = There is no such provider.
accounts-user-unknown = There is no such person.
