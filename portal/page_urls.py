"""The addresses of the portal's pages."""

from __future__ import annotations

from django.urls import path, register_converter

from portal.converters import DeedConverter
from portal.views import about, account, catalogue, collection, home, styleguide, tokens, work
from portal.views.administration import machinery, people
from portal.views.sponsor import overview, registering, workbench

register_converter(DeedConverter, "deed")

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("about/", about.about, name="about"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("collections/", catalogue.catalogue, name="catalogue"),
    path("collections/<slug:slug>/", collection.collection, name="collection"),
    path("collections/<slug:slug>/v<int:number>/", collection.collection, name="version"),
    path("collections/<slug:slug>/v<int:number>/cite.<str:form>", collection.cite, name="cite"),
    path("work/", work.work, name="work"),
    path("sign-in/", account.SignIn.as_view(), name="sign_in"),
    path("sign-out/", account.SignOut.as_view(), name="sign_out"),
    path("account/create/", account.create_account, name="create_account"),
    path("account/", account.profile, name="profile"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<uuid:pk>/revoke/", tokens.revoke_token, name="revoke_token"),
    path("account/password/", account.ChangePassword.as_view(), name="password_change"),
    path("account/reset/", account.ResetPassword.as_view(), name="password_reset"),
    path("account/reset/sent/", account.ResetPasswordSent.as_view(), name="password_reset_sent"),
    path("account/reset/<uidb64>/<token>/", account.SetPassword.as_view(), name="password_set"),
    path("sponsor/", overview.overview, name="sponsor"),
    path("sponsor/check/", registering.check, name="check"),
    path("sponsor/trials/new/", registering.register_trial, name="register_trial"),
    path("sponsor/trials/<uuid:trial_id>/new/", registering.register_collection, name="register_collection"),
    path("sponsor/collections/<slug:slug>/", workbench.workbench, name="workbench"),
    path("sponsor/collections/<slug:slug>/edit/", registering.edit_collection, name="edit_collection"),
    path("sponsor/collections/<slug:slug>/do/<deed:deed>/", workbench.act, name="version_act"),
    path("administration/", people.people, name="people"),
    path("administration/people/new/", people.create_person, name="create_person"),
    path("administration/people/<uuid:pk>/", people.person, name="person"),
    path("administration/people/<uuid:pk>/take-role/", people.take_role, name="take_role"),
    path("administration/people/<uuid:pk>/close/", people.close_account, name="close_account"),
    path("administration/organisations/", people.organisations, name="organisations"),
    path("administration/jobs/", machinery.jobs, name="jobs"),
    path("administration/jobs/<uuid:pk>/retry/", machinery.retry_job, name="retry_job"),
    path("administration/ledger/", machinery.ledger, name="ledger"),
    path("administration/settings/", machinery.settings_page, name="settings"),
]
