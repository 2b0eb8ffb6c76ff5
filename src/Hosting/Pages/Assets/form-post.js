// Sends the form as soon as the page is there. Without this script a button does.
document.querySelector("#form-post").submit();
